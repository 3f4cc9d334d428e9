import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import { products } from "@/api/catalogue";
import { ErrorNotice } from "@/components/ErrorNotice";
import { IconSign } from "@/components/IconSign";
import { Notice } from "@/components/Notice";
import { ProductGrid } from "@/components/ProductGrid";
import { Skeleton } from "@/components/Skeleton";
import { FilterForm } from "@/features/catalogue/FilterForm";
import { addressOf, filtersIn, isFiltered, queryOf, type Filters } from "@/features/catalogue/filters";
import { SearchBox } from "@/features/catalogue/SearchBox";
import { useCategories } from "@/hooks/useCategories";
import { useTitle } from "@/hooks/useTitle";
import { useI18n } from "@/i18n";
import "@/features/catalogue/listing.css";

const ABOVE_THE_FOLD = 3;

/** A category, a search, or both: what it shows stands in its address. */
export default function ListingPage() {
  const { t } = useI18n();
  const { slug = "" } = useParams();
  const [address] = useSearchParams();
  const navigate = useNavigate();
  const { categories, nameOf, isLoaded } = useCategories();
  const [areFiltersOpen, setFiltersOpen] = useState(false);

  const filters = filtersIn(address, slug);
  const list = useInfiniteQuery({ ...products(queryOf(filters)), placeholderData: keepPreviousData });
  const { data, error, isPlaceholderData, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = list;
  const shown = data?.pages.flatMap((page) => page.products) ?? [];

  const title = filters.q
    ? t("catalogue:searchFor", { query: filters.q })
    : filters.category
      ? nameOf(filters.category)
      : t("catalogue:all");
  useTitle(filters.q ? `${title} · ${t("catalogue:search")}` : title, {
    canonical: addressOf({ ...filters, minPrice: null, maxPrice: null, currency: "KRW", inStock: false, sort: null }),
  });

  /** Results follow the choices without filling the history: going back leaves the list. */
  function show(wanted: Filters): void {
    void navigate(addressOf(wanted), { replace: true, preventScrollReset: true, state: { stays: true } });
  }

  if (slug && isLoaded && !categories.some((category) => category.slug === slug)) {
    return (
      <div className="container container-narrow calm-page">
        <h1>{t("catalogue:missingTitle")}</h1>
        <p>
          <Link className="btn btn-primary" to="/search">
            {t("shell:toCatalogue")}
          </Link>
        </p>
      </div>
    );
  }

  return (
    <div className="container listing">
      <h1>{title}</h1>
      <SearchBox query={filters.q} onSearch={(q) => show({ ...filters, q, sort: null })} />
      <div className="listing-columns">
        <section aria-label={t("catalogue:filters")}>
          <button
            type="button"
            className="btn btn-outline-secondary filters-toggle"
            aria-expanded={areFiltersOpen}
            aria-controls="filters"
            onClick={() => setFiltersOpen(!areFiltersOpen)}
          >
            <IconSign name={areFiltersOpen ? "close" : "menu"} /> {t("catalogue:showFilters")}
          </button>
          <div id="filters" className={areFiltersOpen ? "filters-open" : "filters-closed"}>
            <FilterForm filters={filters} onChange={show} />
          </div>
        </section>
        <section aria-label={t("catalogue:all")} aria-busy={isPlaceholderData}>
          <p className="news" role="status">
            {news()}
          </p>
          {content()}
        </section>
      </div>
    </div>
  );

  function news(): string {
    if (error) return "";
    if (!data || isPlaceholderData) return t("catalogue:searching");
    return t(hasNextPage ? "catalogue:foundAtLeast" : "catalogue:found", { count: shown.length });
  }

  function content() {
    if (error && !data) return <ErrorNotice error={error} retry={() => void refetch()} />;
    if (!data) return <Skeleton cards={9} />;
    if (shown.length === 0) {
      return (
        <Notice title={t("catalogue:nothingTitle")}>
          <p>{t("catalogue:nothing")}</p>
          {isFiltered(filters) && (
            <button
              type="button"
              className="btn"
              onClick={() => show({ ...filters, category: "", minPrice: null, maxPrice: null, inStock: false })}
            >
              {t("catalogue:reset")}
            </button>
          )}
        </Notice>
      );
    }
    return (
      <>
        <ProductGrid products={shown} above={ABOVE_THE_FOLD} level="h2" />
        {error && <ErrorNotice error={error} retry={() => void fetchNextPage()} />}
        {hasNextPage && !error && (
          <p className="more">
            <button type="button" className="btn" aria-busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {t("shell:showMore")}
            </button>
          </p>
        )}
      </>
    );
  }
}
