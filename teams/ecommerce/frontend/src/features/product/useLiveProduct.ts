import { useQuery, useQueryClient } from "@tanstack/react-query";
import { product as productQuery } from "@/api/catalogue";
import type { Product, Variant } from "@/api/client";
import { ASK_AGAIN_MS, useEvents } from "@/hooks/useEvents";

/** A product whose prices and stock change on the page as they change in the shop. */
export function useLiveProduct(slug: string) {
  const queries = useQueryClient();
  const options = productQuery(slug);
  const { data: product, error, refetch } = useQuery({ ...options, refetchInterval: ASK_AGAIN_MS });

  const isLive = useEvents({
    url: product ? `/api/products/${encodeURIComponent(slug)}/stream` : null,
    of: options.queryKey,
    onEvent({ type, data }) {
      if (type === "variant.changed") {
        queries.setQueryData(options.queryKey, (known) => known && withVariant(known, data as Variant));
      }
    },
  });

  return { product, error, refetch, isLive };
}

/** The product as it is once a variant has changed, or come. */
export function withVariant(product: Product, changed: Variant): Product {
  const isKnown = product.variants.some(({ id }) => id === changed.id);
  const variants = isKnown
    ? product.variants.map((variant) => (variant.id === changed.id ? changed : variant))
    : [...product.variants, changed];
  return {
    ...product,
    variants,
    price: Math.min(...variants.map(({ price }) => price)),
    inStock: variants.some(({ stock }) => stock > 0),
  };
}
