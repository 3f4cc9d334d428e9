/** Whether the server can be reached. `navigator.onLine` knows of a cable, not of what is at its other end. */

import { delay, onReturn, pause } from "./backoff";
import { Listeners } from "./listeners";

const PROBE = "/api/health/live";
const BACKOFF = { from: 2_000, to: 30_000 };

const listeners = new Listeners<[online: boolean]>();
let online = true;
let probing = false;

/** False from the first request that got no answer to the first that gets one. */
export function isOnline(): boolean {
  return online && navigator.onLine;
}

/** Tells every change from now on, until the returned function is called. */
export function onOnline(listener: (online: boolean) => void): () => void {
  return listeners.add(listener);
}

/** Something was answered, even if it was a refusal. */
export function noteAnswer(): void {
  // What was on its way when the cable was pulled still arrives, and says nothing of what comes after it.
  if (online || !navigator.onLine) return;
  online = true;
  listeners.tell(true);
}

/** Something was not answered; from now on the server is asked until it answers. */
export function noteSilence(): void {
  if (online) {
    online = false;
    listeners.tell(false);
  }
  if (!probing) void probe();
}

async function probe(): Promise<void> {
  probing = true;
  for (let failures = 0; !online; failures += 1) {
    const wake = new AbortController();
    const stop = onReturn(() => wake.abort());
    await pause(delay(failures, BACKOFF), wake.signal);
    stop();
    await fetch(PROBE, { cache: "no-store", signal: AbortSignal.timeout(BACKOFF.to) }).then(noteAnswer, () => {});
  }
  probing = false;
}

// Nothing to listen to where modules are only looked at, as in a build.
if (typeof window !== "undefined") window.addEventListener("offline", noteSilence);
