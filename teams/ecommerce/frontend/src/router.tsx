import type { ComponentType } from "react";
import { createBrowserRouter, matchRoutes, redirect, type LoaderFunctionArgs, type RouteObject } from "react-router";
import { reloadOnce } from "@course/web/staleChunks";
import { App } from "@/App";
import HomePage from "@/features/catalogue/HomePage";
import { BrokenPage } from "@/features/navigation/BrokenPage";
import { guard } from "@/features/session/guard";
import { toasts } from "@/hooks/useToasts";
import { t } from "@/i18n";

type Load = () => Promise<{ default: ComponentType }>;

/**
 * A page whose code comes when somebody goes there: who looks at the catalogue does not load the checkout.
 *
 * The code is fetched before the page that is open goes away: if it cannot be had, that one stays, with what was typed.
 */
function page(load: Load, { signedIn = false } = {}): Pick<RouteObject, "loader" | "Component"> {
  let Loaded: ComponentType | undefined;

  async function loader({ request }: LoaderFunctionArgs): Promise<null> {
    if (signedIn) guard(request);
    try {
      Loaded = (await load()).default;
    } catch (failure) {
      const { pathname, search } = new URL(request.url);
      if (reloadOnce(pathname + search)) return new Promise(() => {});
      if (!router.state.initialized) throw failure;
      toasts.show(t("navigation:notOpened"), { kind: "failed" });
      throw redirect(location.pathname + location.search);
    }
    return null;
  }

  return { loader, Component: () => Loaded && <Loaded /> };
}

const listing: Load = () => import("@/features/catalogue/ListingPage");

/** Every page but the first is a chunk of its own. `signedIn` pages send others to /login. */
export const routes: RouteObject[] = [
  {
    path: "/",
    Component: App,
    HydrateFallback: () => null,
    children: [
      {
        ErrorBoundary: BrokenPage,
        children: [
          { index: true, Component: HomePage },
          { path: "category/:slug", ...page(listing) },
          { path: "search", ...page(listing) },
          { path: "product/:slug", ...page(() => import("@/features/product/ProductPage")) },
          { path: "cart", ...page(() => import("@/features/cart/CartPage")) },
          { path: "checkout", ...page(() => import("@/features/checkout/CheckoutPage"), { signedIn: true }) },
          { path: "orders", ...page(() => import("@/features/orders/OrdersPage"), { signedIn: true }) },
          { path: "orders/:number", ...page(() => import("@/features/orders/OrderPage"), { signedIn: true }) },
          { path: "mailbox", ...page(() => import("@/features/mailbox/MailboxPage"), { signedIn: true }) },
          { path: "account", ...page(() => import("@/features/account/AccountPage"), { signedIn: true }) },
          { path: "login", ...page(() => import("@/features/session/LoginPage")) },
          { path: "register", ...page(() => import("@/features/session/RegisterPage")) },
          { path: "staff/orders", ...page(() => import("@/features/staff/StaffOrdersPage"), { signedIn: true }) },
          { path: "staff/products", ...page(() => import("@/features/staff/StaffProductsPage"), { signedIn: true }) },
          {
            path: "staff/products/:slug",
            ...page(() => import("@/features/staff/StaffProductPage"), { signedIn: true }),
          },
          { path: "*", ...page(() => import("@/features/navigation/MissingPage")) },
        ],
      },
    ],
  },
];

export const router = createBrowserRouter(routes);

/** The template of the page that is open, such as "/product/:slug". */
export function template(): string {
  const paths = matchRoutes(routes, router.state.location)?.map(({ route }) => route.path ?? "") ?? [];
  return `/${paths.filter((path) => path !== "/" && path !== "").join("/")}`;
}
