import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { asked } from "@/api/queries";

const ON_A_PAGE = 24;
const CATEGORIES_FRESH_MS = 300_000;

export const categories = queryOptions({
  queryKey: ["categories"],
  queryFn: asked(async (signal) => (await api.get("/api/categories", { signal })).categories),
  staleTime: CATEGORIES_FRESH_MS,
});

export function product(slug: string) {
  return queryOptions({
    queryKey: ["product", slug],
    queryFn: asked(async (signal) => {
      const { product: found } = await api.get("/api/products/{slug}", { params: { path: { slug } }, signal });
      return found;
    }),
  });
}

export interface Wanted {
  q?: string;
  category?: string;
  minPrice?: number;
  maxPrice?: number;
  /** Of the two prices. */
  currency?: "KRW" | "USD";
  inStock?: boolean;
  sort?: "newest" | "price" | "-price" | "relevance";
}

/** Page after page: `next` of one is the cursor of the following, so nothing comes twice or is left out meanwhile. */
export function products(wanted: Wanted, size = ON_A_PAGE) {
  return infiniteQueryOptions({
    queryKey: ["products", wanted, size],
    queryFn: ({ pageParam, signal }) =>
      asked((stop) =>
        api.get("/api/products", { params: { query: { ...wanted, limit: size, cursor: pageParam } }, signal: stop }),
      )({ signal }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
  });
}

/** How many products each further choice would leave. */
export function facets(filters: Omit<Wanted, "sort">) {
  return queryOptions({
    queryKey: ["facets", filters],
    queryFn: asked((signal) => api.get("/api/products/facets", { params: { query: filters }, signal })),
  });
}
