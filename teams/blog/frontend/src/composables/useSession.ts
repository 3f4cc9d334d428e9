import { shallowReadonly, shallowRef } from "vue";
import { useRouter } from "vue-router";
import { session } from "@/api/client";

const currentUser = shallowRef(session.user);
const present = shallowRef(session.state === "signed-in");

session.onChange(() => {
  currentUser.value = session.user;
  present.value = session.state === "signed-in";
});

export const user = shallowReadonly(currentUser);
export const signedIn = shallowReadonly(present);

/** Who is signed in, for templates. Changing that is the session's own business: see `session` in api/client. */
export function useSession() {
  const router = useRouter();

  /** True for who is signed in; others are led to the sign-in page, and back here afterwards. */
  function signedInOrAsk(): boolean {
    if (!signedIn.value) void router.push({ name: "login", query: { next: router.currentRoute.value.fullPath } });
    return signedIn.value;
  }

  return { user, signedIn, signedInOrAsk };
}
