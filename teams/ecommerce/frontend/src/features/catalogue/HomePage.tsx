import { useInfiniteQuery } from "@tanstack/react-query";
import { useDeferredValue } from "react";
import { Link } from "react-router";
import { products } from "@/api/catalogue";
import type { ProductItem } from "@/api/client";
import { ErrorNotice } from "@/components/ErrorNotice";
import { ProductPicture } from "@/components/ProductPicture";
import { ProductGrid } from "@/components/ProductGrid";
import { Skeleton } from "@/components/Skeleton";
import { useCategories } from "@/hooks/useCategories";
import { useTitle } from "@/hooks/useTitle";
import { useI18n } from "@/i18n";

const SHOWN = 12;
const SHOWCASED = 3;
const SHOWCASE_SIZES = "(min-width: 60rem) 14rem, 1px";
const ABOVE_THE_FOLD = 4;

export default function HomePage() {
  const { t } = useI18n();
  const { categories } = useCategories();
  const { data, error, refetch } = useInfiniteQuery(products({ sort: "newest" }, SHOWN));
  // Deferred, the cards are made in slices: a phone answers in between.
  const newest = useDeferredValue(data)?.pages.flatMap((page) => page.products);
  useTitle("");

  return (
    <>
      <div className="hero">
        <div className="container hero-columns">
          <div>
            <h1>{t("catalogue:heading")}</h1>
            <p>{t("catalogue:lead")}</p>
            <nav aria-label={t("catalogue:categories")}>
              <ul className="category-list">
                <li>
                  <Link className="btn btn-primary" to="/search">
                    {t("catalogue:shopNow")}
                  </Link>
                </li>
                {categories.map(({ slug, name }) => (
                  <li key={slug}>
                    <Link className="btn btn-category" to={`/category/${encodeURIComponent(slug)}`}>
                      {name}
                    </Link>
                  </li>
                ))}
              </ul>
            </nav>
          </div>
          <Showcase products={newest ?? []} />
        </div>
      </div>
      <section className="container section" aria-labelledby="newest">
        <div className="section-head">
          <h2 id="newest">{t("catalogue:newest")}</h2>
          <Link to="/search">{t("catalogue:all")}</Link>
        </div>
        {newest ? (
          <ProductGrid products={newest} above={ABOVE_THE_FOLD} />
        ) : error ? (
          <ErrorNotice error={error} retry={() => void refetch()} />
        ) : (
          <Skeleton cards={SHOWN} />
        )}
      </section>
    </>
  );
}

/** A few things beside the first words; what they are, the list below says. */
function Showcase({ products: shown }: { products: readonly ProductItem[] }) {
  return (
    <div className="showcase" aria-hidden="true">
      {Array.from({ length: SHOWCASED }, (_, index) => (
        <div key={index} className="product-frame">
          {shown[index]?.picture && (
            <ProductPicture
              picture={shown[index].picture}
              sizes={SHOWCASE_SIZES}
              loading={index === 0 ? "first" : "eager"}
              decorative
            />
          )}
        </div>
      ))}
    </div>
  );
}
