import { onScopeDispose, watch } from "vue";
import type { Cover } from "@/api/client";

const ASK_EVERY_MS = 1_500;
// A worker that is up takes seconds; one that is down is no reason to ask for ever.
const ASK_AT_MOST = 40;

/** Asks again while the worker makes the sizes of a picture, at most for a minute. */
export function useCoverProgress(cover: () => Cover | null | undefined, ask: () => Promise<unknown>): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;

  async function askAgain(): Promise<void> {
    asked += 1;
    await ask();
    wait();
  }

  function wait(): void {
    clearTimeout(timer);
    if (cover()?.status === "processing" && asked < ASK_AT_MOST) timer = setTimeout(askAgain, ASK_EVERY_MS);
  }

  watch(
    () => cover()?.status,
    () => {
      asked = 0;
      wait();
    },
    { immediate: true },
  );
  onScopeDispose(() => {
    asked = ASK_AT_MOST;
    clearTimeout(timer);
  });
}
