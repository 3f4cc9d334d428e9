/** What somebody looks for, as it stands in the address: a link to it shows the same. */
export interface Filters {
  q: string;
  category: string;
  minPrice: number | null;
  maxPrice: number | null;
  /** Of the two prices, which are in its smallest unit. */
  currency: Currency;
  inStock: boolean;
  sort: Sort | null;
}

/** The first is the one that needs no saying. */
export const CURRENCIES = ["KRW", "USD"] as const;
export type Currency = (typeof CURRENCIES)[number];

export const SORTS = ["relevance", "newest", "price", "-price"] as const;
export type Sort = (typeof SORTS)[number];

const MOST_CHARACTERS = 200;
const MOST_PRICE = 1_000_000_000;

/** What an address says. What nobody can mean is left out: addresses are typed and sent by anybody. */
export function filtersIn(address: URLSearchParams, category = ""): Filters {
  const sort = address.get("sort");
  return {
    q: (address.get("q") ?? "").trim().slice(0, MOST_CHARACTERS),
    category: category || (address.get("category") ?? "").slice(0, MOST_CHARACTERS),
    minPrice: priceIn(address.get("minPrice")),
    maxPrice: priceIn(address.get("maxPrice")),
    currency: CURRENCIES.find((known) => known === address.get("currency")) ?? CURRENCIES[0],
    inStock: address.get("inStock") === "true",
    sort: SORTS.find((known) => known === sort) ?? null,
  };
}

/** The address of these filters: a category alone has a page of its own. */
export function addressOf(filters: Filters): string {
  const { q, category, minPrice, maxPrice, currency, inStock, sort } = filters;
  const query = new URLSearchParams();
  if (q) query.set("q", q);
  if (q && category) query.set("category", category);
  if (minPrice !== null) query.set("minPrice", String(minPrice));
  if (maxPrice !== null) query.set("maxPrice", String(maxPrice));
  if (currency !== CURRENCIES[0]) query.set("currency", currency);
  if (inStock) query.set("inStock", "true");
  if (sort) query.set("sort", sort);
  const path = category && !q ? `/category/${encodeURIComponent(category)}` : "/search";
  return query.size ? `${path}?${query}` : path;
}

/** What the API takes to narrow the list. */
export function narrowing({ q, category, minPrice, maxPrice, currency, inStock }: Filters) {
  return {
    ...(q && { q }),
    ...(category && { category }),
    ...(minPrice !== null && { minPrice }),
    ...(maxPrice !== null && { maxPrice }),
    ...(currency !== CURRENCIES[0] && { currency }),
    ...(inStock && { inStock }),
  };
}

/** As the API takes them. The best match comes first only where there is something to match. */
export function queryOf(filters: Filters) {
  return { ...narrowing(filters), sort: filters.sort ?? defaultSort(filters.q) };
}

export function defaultSort(q: string): Sort {
  return q ? "relevance" : "newest";
}

/** Whether anything narrows the list besides the words. */
export function isFiltered({ category, minPrice, maxPrice, inStock }: Filters): boolean {
  return category !== "" || minPrice !== null || maxPrice !== null || inStock;
}

function priceIn(text: string | null): number | null {
  return text !== null && /^\d{1,10}$/.test(text) ? Math.min(Number(text), MOST_PRICE) : null;
}
