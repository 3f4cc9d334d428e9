/** Keeps a connection open, whatever the network does: the loop that streams and sockets share. */

import { delay, onReturn, pause, type Backoff } from "./backoff";
import { onOnline } from "./online";
import type { ApiError } from "./problem";

/** `waiting` is a pause before the next try; `closed` is for good. */
export type ConnectionState = "connecting" | "open" | "waiting" | "closed";
export type OnState = (state: ConnectionState, error: ApiError | null) => void;

/** Why a connection ended, and whether trying again makes sense. */
export interface Ending {
  error: ApiError | null;
  isFinal: boolean;
}

export interface Connection {
  close(): void;
}

export const BACKOFF: Backoff = { from: 500, to: 30_000 };
// A server that takes every connection and drops it at once is failing, too.
const STEADY_MS = 10_000;

/** Calls `connect` until it ends finally or is closed. It calls `opened` once it stands, and resolves at its end. */
export function keepOpen(
  connect: (closing: AbortSignal, opened: () => void) => Promise<Ending>,
  backoff: Backoff,
  onState: OnState,
): Connection {
  const closing = new AbortController();

  function close(error: ApiError | null): void {
    if (closing.signal.aborted) return;
    closing.abort();
    onState("closed", error);
  }

  async function run(): Promise<void> {
    for (let failures = 0; ; failures += 1) {
      let openedAt = Infinity;
      onState("connecting", null);
      const ending = await connect(closing.signal, () => {
        openedAt = Date.now();
        onState("open", null);
      });
      if (closing.signal.aborted) return;
      if (ending.isFinal) return close(ending.error);
      if (Date.now() - openedAt > STEADY_MS) failures = 0;
      onState("waiting", ending.error);
      await pauseOrReturn(Math.max(delay(failures, backoff), (ending.error?.retryAfter ?? 0) * 1000), closing.signal);
      if (closing.signal.aborted) return;
    }
  }

  void run();
  return { close: () => close(null) };
}

async function pauseOrReturn(milliseconds: number, closing: AbortSignal): Promise<void> {
  const wake = new AbortController();
  const stopReturn = onReturn(() => wake.abort());
  const stopOnline = onOnline((online) => online && wake.abort());
  await pause(milliseconds, AbortSignal.any([closing, wake.signal]));
  stopReturn();
  stopOnline();
}
