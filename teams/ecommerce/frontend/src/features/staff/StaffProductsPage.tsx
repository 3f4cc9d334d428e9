import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { products } from "@/api/catalogue";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Notice } from "@/components/Notice";
import { ProductPicture } from "@/components/ProductPicture";
import { Skeleton } from "@/components/Skeleton";
import { NewProductForm } from "@/features/staff/NewProductForm";
import { StaffOnly } from "@/features/staff/StaffOnly";
import { useI18n } from "@/i18n";
import "@/features/staff/texts";

export default function StaffProductsPage() {
  const { t } = useI18n();
  return (
    <StaffOnly title={t("staff:productsTitle")}>
      <Products />
    </StaffOnly>
  );
}

function Products() {
  const { t, formatMoney } = useI18n();
  const [address, setAddress] = useSearchParams();
  const [isAdding, setAdding] = useState(false);
  const q = address.get("q") ?? "";
  const list = useInfiniteQuery({
    ...products({ ...(q && { q }), sort: q ? "relevance" : "newest" }),
    placeholderData: keepPreviousData,
  });
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const shown = data?.pages.flatMap((page) => page.products);

  return (
    <>
      <div className="staff-tools">
        <form
          role="search"
          onSubmit={(event) => {
            event.preventDefault();
            const wanted = String(new FormData(event.currentTarget).get("q") ?? "").trim();
            setAddress(wanted ? { q: wanted } : {}, { replace: true });
          }}
        >
          <input
            key={q}
            type="search"
            name="q"
            defaultValue={q}
            maxLength={200}
            aria-label={t("staff:search")}
            placeholder={t("staff:search")}
          />
        </form>
        <button type="button" className="btn btn-primary" aria-expanded={isAdding} onClick={() => setAdding(!isAdding)}>
          {t("staff:newProduct")}
        </button>
      </div>
      {isAdding && <NewProductForm />}
      {!shown && (error ? <ErrorNotice error={error} retry={() => void refetch()} /> : <Skeleton lines={8} />)}
      {shown?.length === 0 && <Notice title={t("staff:noProducts")} />}
      <ul className="staff-products">
        {shown?.map((product) => (
          <li key={product.slug}>
            <ProductPicture picture={product.picture} sizes="4rem" decorative />
            <Link to={`/staff/products/${encodeURIComponent(product.slug)}`}>{product.title}</Link>
            <span>{formatMoney(product.price, product.currency)}</span>
            {!product.inStock && <span className="stock stock-none">{t("shell:soldOut")}</span>}
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <p className="more">
          <button type="button" className="btn" aria-busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t("shell:showMore")}
          </button>
        </p>
      )}
    </>
  );
}
