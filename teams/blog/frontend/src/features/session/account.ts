import { computed, ref } from "vue";
import { createAccount } from "@course/web/account";
import { api, session } from "@/api/client";
import { signedIn, user } from "@/composables/useSession";

const account = createAccount(session, async () => (await api.get("/api/user")).user);
const unavailable = ref(account.unavailable);
account.onChange((now) => (unavailable.value = now));

/** Where the session stands, in the words of the RealWorld specification. */
export const authState = computed(() => {
  if (!signedIn.value) return "unauthenticated";
  if (unavailable.value) return "unavailable";
  return user.value ? "authenticated" : "loading";
});

/** Asks the API who the stored token belongs to, and keeps asking while it gives no answer. */
export const confirmAccount = account.confirm;
