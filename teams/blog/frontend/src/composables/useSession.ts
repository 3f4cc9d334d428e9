import { readonly, shallowRef } from "vue";
import { useRouter } from "vue-router";
import { session } from "@/api/client";

const user = shallowRef(session.user);
const signedIn = shallowRef(session.state === "signed-in");

session.onChange(() => {
  user.value = session.user;
  signedIn.value = session.state === "signed-in";
});

/** Who is signed in, for templates. Changing that is the session's own business: see `session` in api/client. */
export function useSession() {
  const router = useRouter();

  /** True for who is signed in; others are led to the sign-in page, and back here afterwards. */
  function signedInOrAsk(): boolean {
    if (!signedIn.value) void router.push({ name: "login", query: { next: router.currentRoute.value.fullPath } });
    return signedIn.value;
  }

  return { user: readonly(user), signedIn: readonly(signedIn), signedInOrAsk };
}
