import { redirect } from "react-router";
import { session } from "@/api/client";

/** Leads whom a page is not open to over the sign-in page, which leads back. */
export function guard(request: Request): void {
  if (session.state === "signed-in") return;
  const { pathname, search, hash } = new URL(request.url);
  throw redirect(`/login?${new URLSearchParams({ next: pathname + search + hash })}`);
}
