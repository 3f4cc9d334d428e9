import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { asked, OWN } from "@/api/queries";

export const addresses = queryOptions({
  queryKey: [OWN, "addresses"],
  queryFn: asked(async (signal) => (await api.get("/api/user/addresses", { signal })).addresses),
});

export const mails = queryOptions({
  queryKey: [OWN, "mails"],
  queryFn: asked(async (signal) => (await api.get("/api/user/mails", { signal })).mails),
});

export const orders = infiniteQueryOptions({
  queryKey: [OWN, "orders"],
  queryFn: ({ pageParam, signal }) =>
    asked((stop) => api.get("/api/orders", { params: { query: { cursor: pageParam } }, signal: stop }))({ signal }),
  initialPageParam: "",
  getNextPageParam: (page) => page.next,
});

export function order(number: string) {
  return queryOptions({
    queryKey: [OWN, "order", number],
    queryFn: asked(async (signal) => {
      const { order: found } = await api.get("/api/orders/{number}", { params: { path: { number } }, signal });
      return found;
    }),
  });
}
