import { session, type User } from "@/api/client";
import { fakeApi } from "./fakeApi";
import { user } from "./samples";

/** A browser that `who` has signed in with, and nobody before. */
export async function signInAs(who: User = user): Promise<void> {
  fakeApi({ "POST /api/users/logout": { status: 204 } });
  await session.end();
  localStorage.clear();
  session.begin({ access: "access", refresh: "refresh" }, who);
}
