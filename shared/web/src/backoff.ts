/** How long to wait before the next try, so that a thousand clients of a restarted server do not come at once. */

/** Milliseconds: never below `from`, never above `to`. */
export interface Backoff {
  from: number;
  to: number;
}

/** Random between `from` and a ceiling that doubles with each failure, counted from 0. */
export function delay(failures: number, { from, to }: Backoff): number {
  const ceiling = Math.min(to, from * 2 ** failures);
  return from + Math.random() * Math.max(0, ceiling - from);
}

/** Resolves after the time, or as soon as `wake` is aborted. */
export function pause(milliseconds: number, wake: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      wake.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    if (wake.aborted) done();
    else wake.addEventListener("abort", done);
  });
}

/** Calls `wake` when the network comes back or the page is looked at again; gives the function that stops it. */
export function onReturn(wake: () => void): () => void {
  const seen = (): void => {
    if (document.visibilityState === "visible") wake();
  };
  addEventListener("online", wake);
  document.addEventListener("visibilitychange", seen);
  return () => {
    removeEventListener("online", wake);
    document.removeEventListener("visibilitychange", seen);
  };
}
