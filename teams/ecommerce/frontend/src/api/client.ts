import { createApi } from "@course/web/api";
import { createSession } from "@course/web/session";
import type { components, paths } from "@/api/schema";

type Schemas = components["schemas"];

export type Address = Schemas["Address"];
export type Cart = Schemas["Cart"];
export type CartLine = Schemas["CartLine"];
export type Category = Schemas["Category"];
export type Mail = Schemas["Mail"];
export type Money = Pick<Cart, "currency" | "subtotal" | "discount" | "shipping" | "total">;
export type NewAddress = Schemas["NewAddress"];
export type Order = Schemas["Order"];
export type OrderState = Order["state"];
export type Picture = Schemas["Picture"];
export type Product = Schemas["Product"];
export type ProductItem = Schemas["ProductItem"];
export type User = Schemas["User"];
export type Variant = Schemas["Variant"];

// Asks for new tokens, so it must not wait for any.
const anonymous = createApi<paths>({});

/** Who is signed in, in all tabs. */
export const session = createSession<User>({
  scheme: "Bearer",
  keys: { access: "shop.access", refresh: "shop.refresh", user: "shop.user" },
  async refresh(refreshToken) {
    const pair = await anonymous.post("/api/users/refresh", { body: { refreshToken } });
    return { access: pair.token, refresh: pair.refreshToken };
  },
  async revoke(refreshToken) {
    await anonymous.post("/api/users/logout", { body: { refreshToken } });
  },
});

/** The one way to the shop's API: typed by its document, signed in when the session is, throws ApiError. */
export const api = createApi<paths>({ session });
