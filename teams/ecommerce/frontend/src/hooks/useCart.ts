import { keepPreviousData, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { ApiError, toApiError } from "@course/web/problem";
import { api, session, type Cart } from "@/api/client";
import { asked, OWN } from "@/api/queries";
import { guestCart } from "@/hooks/guestCart";
import { useSession } from "@/hooks/useSession";

export interface PricedCart {
  cart: Cart;
  /** The coupon that counts; empty without one. */
  coupon: string;
  /** Why the coupon that was wanted does not count. */
  refused: ApiError | null;
}

const OWN_CART = [OWN, "cart"] as const;

/** The cart of who is signed in, or the guest's: `undefined` data while it loads, null where there is none yet. */
export function useCart() {
  const { signedIn } = useSession();
  const guest = useSyncExternalStore(guestCart.onChange, guestCart.id);
  const coupon = useSyncExternalStore(guestCart.onChange, guestCart.coupon);
  return useQuery({
    queryKey: signedIn ? [...OWN_CART, coupon] : ["cart", guest, coupon],
    queryFn: asked((signal) => load(signedIn ? null : guest, coupon, signal)),
    placeholderData: keepPreviousData,
  });
}

/** The cart of who is, or a moment ago was, signed in: it stays on the page when a session ends there. */
export function useOwnCart() {
  const { signedIn } = useSession();
  const coupon = useSyncExternalStore(guestCart.onChange, guestCart.coupon);
  return useQuery({
    queryKey: [...OWN_CART, coupon],
    queryFn: asked((signal) => load(null, coupon, signal)),
    placeholderData: keepPreviousData,
    enabled: signedIn,
  });
}

/** How many pieces are in a cart. */
export function pieces(cart: Cart | undefined): number {
  return cart?.lines.reduce((sum, { quantity }) => sum + quantity, 0) ?? 0;
}

/** Puts so many of a variant into the cart, whatever was there before; 0 takes it out. */
export function usePutLine() {
  const queries = useQueryClient();
  return async (variant: number, quantity: number): Promise<void> => {
    const body = { quantity };
    if (session.state === "signed-in") {
      await api.put("/api/cart/lines/{variant}", { params: { path: { variant } }, body });
    } else {
      await putAsGuest(variant, body);
    }
    await refreshCart(queries);
  };
}

/** Ask again what is in the cart and what it costs. */
export async function refreshCart(queries: QueryClient): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: OWN_CART }),
    queries.invalidateQueries({ queryKey: ["cart"] }),
  ]);
}

async function putAsGuest(variant: number, body: { quantity: number }): Promise<void> {
  const put = (id: string) => api.put("/api/carts/{id}/lines/{variant}", { params: { path: { id, variant } }, body });
  const known = guestCart.id();
  if (known !== null) {
    try {
      await put(known);
      return;
    } catch (thrown) {
      // It has joined an account in another tab, or was cleared away.
      if (toApiError(thrown).code !== "cart_not_found") throw thrown;
    }
  }
  const { cart } = await api.post("/api/carts");
  await put(cart.id);
  guestCart.begin(cart.id);
}

async function load(guest: string | null, coupon: string, signal: AbortSignal): Promise<PricedCart | null> {
  if (guest === null && session.state === "signed-out") return null;
  try {
    return { cart: await priced(guest, coupon, signal), coupon, refused: null };
  } catch (thrown) {
    const error = toApiError(thrown);
    if (error.code === "cart_not_found") {
      guestCart.forget();
      return null;
    }
    if (!error.code.startsWith("coupon_")) throw error;
    return { cart: await priced(guest, "", signal), coupon: "", refused: error };
  }
}

async function priced(guest: string | null, coupon: string, signal: AbortSignal): Promise<Cart> {
  const query = coupon ? { coupon } : {};
  const { cart } =
    guest === null
      ? await api.get("/api/cart", { params: { query }, signal })
      : await api.get("/api/carts/{id}", { params: { path: { id: guest }, query }, signal });
  return cart;
}
