import { onScopeDispose, ref, shallowRef, watch, type WatchSource } from "vue";
import { toApiError, type ApiError } from "@course/web/problem";

/**
 * What a page loads: at once, and anew whenever one of `sources` changes.
 *
 * Old data stays while new data comes. A request that was overtaken is aborted, and its answer ignored.
 */
export function useRequest<T>(load: (signal: AbortSignal) => Promise<T>, sources: WatchSource[] = []) {
  const data = shallowRef<T>();
  const error = shallowRef<ApiError | null>(null);
  const pending = ref(true);
  let latest = new AbortController();

  async function reload(): Promise<void> {
    latest.abort();
    const mine = (latest = new AbortController());
    pending.value = true;
    try {
      const loaded = await load(mine.signal);
      if (mine.signal.aborted) return;
      data.value = loaded;
      error.value = null;
    } catch (failure) {
      if (mine.signal.aborted) return;
      error.value = toApiError(failure);
    }
    pending.value = false;
  }

  watch(sources, reload);
  onScopeDispose(() => latest.abort());
  void reload();

  return { data, error, pending, reload };
}
