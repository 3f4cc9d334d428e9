import { ref, type Ref } from "vue";
import { useToasts } from "@/composables/useToasts";

/** Shows a guess at once, then what the server says; a refusal takes the guess back and says why. */
export function useOptimistic<T>(model: Ref<T>) {
  const pending = ref(false);
  const toasts = useToasts();

  async function attempt(guess: T, request: () => Promise<T>): Promise<void> {
    if (pending.value) return;
    const before = model.value;
    pending.value = true;
    model.value = guess;
    try {
      model.value = await request();
    } catch (failure) {
      model.value = before;
      toasts.fail(failure);
    } finally {
      pending.value = false;
    }
  }

  return { pending, attempt };
}
