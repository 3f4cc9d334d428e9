import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { products } from "@/api/catalogue";
import { ErrorNotice } from "@/components/ErrorNotice";
import { ProductGrid } from "@/components/ProductGrid";
import { Skeleton } from "@/components/Skeleton";
import { useCategories } from "@/hooks/useCategories";
import { useTitle } from "@/hooks/useTitle";
import { useI18n } from "@/i18n";

const SHOWN = 12;
const ABOVE_THE_FOLD = 4;

export default function HomePage() {
  const { t } = useI18n();
  const { categories } = useCategories();
  const { data, error, refetch } = useInfiniteQuery(products({ sort: "newest" }, SHOWN));
  const newest = data?.pages.flatMap((page) => page.products);
  useTitle("");

  return (
    <>
      <div className="hero">
        <div className="container">
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
