import { ref, shallowRef } from "vue";
import { toApiError, type ApiError } from "@course/web/problem";

/** What a form sends: once at a time, however often its button is pressed; what is refused ends up in `error`. */
export function useSubmit(send: () => Promise<void>) {
  const error = shallowRef<ApiError | null>(null);
  const pending = ref(false);

  async function submit(): Promise<void> {
    if (pending.value) return;
    pending.value = true;
    error.value = null;
    try {
      await send();
    } catch (failure) {
      error.value = toApiError(failure);
    } finally {
      pending.value = false;
    }
  }

  return { error, pending, submit };
}
