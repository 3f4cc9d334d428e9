import { useInfiniteQuery } from "@tanstack/react-query";
import { useDeferredValue } from "react";
import { Link, useParams } from "react-router";
import { products } from "@/api/catalogue";
import type { Product } from "@/api/client";
import { ErrorNotice } from "@/components/ErrorNotice";
import { ProductGrid } from "@/components/ProductGrid";
import { ProductPicture } from "@/components/ProductPicture";
import { Skeleton } from "@/components/Skeleton";
import { BuyForm } from "@/features/product/BuyForm";
import { useLiveProduct } from "@/features/product/useLiveProduct";
import { useCategories } from "@/hooks/useCategories";
import { useTitle } from "@/hooks/useTitle";
import { useI18n } from "@/i18n";
import "@/features/product/texts";
import "@/features/product/product.css";

const SIZES = "(min-width: 74rem) 34rem, (min-width: 56rem) 46vw, 92vw";
const RELATED = 4;

export default function ProductPage() {
  const { slug = "" } = useParams();
  return <ShownProduct key={slug} slug={slug} />;
}

function ShownProduct({ slug }: { slug: string }) {
  const { t } = useI18n();
  const { nameOf } = useCategories();
  const { product, error, refetch, isLive } = useLiveProduct(slug);
  // What stands below is made when the product is on the screen.
  const isShown = useDeferredValue(product !== undefined, false);
  useTitle(product?.title ?? (error?.status === 404 ? t("product:missingTitle") : ""), {
    description: product?.description.slice(0, 160),
  });

  // A product that was taken out of the shop while somebody looks at it is gone, too.
  if (error?.status === 404) return <MissingProduct />;
  if (!product) {
    return (
      <div className="container product-page">
        {error ? <ErrorNotice error={error} retry={() => void refetch()} /> : <ProductSkeleton />}
      </div>
    );
  }
  return (
    <div className="container product-page">
      <div className="product-columns">
        <div className="product-frame">
          <ProductPicture picture={product.picture} sizes={SIZES} loading="first" />
        </div>
        <div>
          <p className="product-category">
            <Link to={`/category/${encodeURIComponent(product.category)}`}>{nameOf(product.category)}</Link>
          </p>
          <h1>{product.title}</h1>
          <BuyForm product={product} isLive={isLive} />
          <h2>{t("product:about")}</h2>
          <p className="product-description">{product.description}</p>
        </div>
      </div>
      {isShown && <Related product={product} />}
    </div>
  );
}

function ProductSkeleton() {
  return (
    <div className="product-columns">
      <div className="product-frame">
        <div className="product-picture skeleton-cover" />
      </div>
      <Skeleton lines={6} />
    </div>
  );
}

function MissingProduct() {
  const { t } = useI18n();
  return (
    <div className="container container-narrow calm-page">
      <h1>{t("product:missingTitle")}</h1>
      <p>{t("product:missing")}</p>
      <p>
        <Link className="btn btn-primary" to="/search">
          {t("shell:toCatalogue")}
        </Link>
      </p>
    </div>
  );
}

function Related({ product }: { product: Product }) {
  const { t } = useI18n();
  const { data } = useInfiniteQuery(products({ category: product.category, sort: "newest" }, RELATED + 1));
  const others = data?.pages[0]?.products.filter(({ slug }) => slug !== product.slug).slice(0, RELATED) ?? [];
  if (others.length === 0) return null;
  return (
    <section className="section" aria-labelledby="related">
      <h2 id="related">{t("product:related")}</h2>
      <ProductGrid products={others} />
    </section>
  );
}
