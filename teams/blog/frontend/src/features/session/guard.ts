import type { NavigationGuard, RouteLocationNormalized } from "vue-router";
import { session } from "@/api/client";

declare module "vue-router" {
  interface RouteMeta {
    /** Only for who is signed in; a function where that depends on more than the path. */
    signedIn?: boolean | ((to: RouteLocationNormalized) => boolean);
    /** Addresses with one key are the same page, which is kept; without a key each path is a page. */
    key?: (to: RouteLocationNormalized) => string;
  }
}

/** Leads whom a page is not open to over the sign-in page, which leads back. */
export const guard: NavigationGuard = (to) => {
  const { signedIn } = to.meta;
  const closed = typeof signedIn === "function" ? signedIn(to) : signedIn;
  if (closed && session.state === "signed-out") return { name: "login", query: { next: to.fullPath } };
};
