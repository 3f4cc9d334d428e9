import { computed, ref } from "vue";
import { onOnline } from "@course/web/online";
import { toApiError } from "@course/web/problem";
import { api, session } from "@/api/client";
import { signedIn, user } from "@/composables/useSession";

const ASK_AGAIN_MS = 5_000;
const unavailable = ref(false);

/** Where the session stands, in the words of the RealWorld specification. */
export const authState = computed(() => {
  if (!signedIn.value) return "unauthenticated";
  if (unavailable.value) return "unavailable";
  return user.value ? "authenticated" : "loading";
});

/**
 * Asks the API who the stored token belongs to, and keeps asking while it gives no answer.
 *
 * Only a clear refusal ends the session: a server that is down must not sign anybody out.
 */
export async function confirmAccount(): Promise<void> {
  if (session.state === "signed-out") return;
  try {
    session.update((await api.get("/api/user")).user);
    unavailable.value = false;
  } catch (failure) {
    const { status } = toApiError(failure);
    if (status >= 400 && status < 500 && status !== 429) {
      await session.end("expired");
    } else {
      unavailable.value = true;
      askAgainLater();
    }
  }
}

function askAgainLater(): void {
  const again = (): void => {
    stop();
    clearTimeout(timer);
    void confirmAccount();
  };
  const timer = setTimeout(again, ASK_AGAIN_MS);
  const stop = onOnline((online) => online && again());
}
