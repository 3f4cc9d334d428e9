/** Whether the one who is signed in is still known to the server. */

import { Listeners } from "./listeners";
import { onOnline } from "./online";
import { toApiError } from "./problem";
import type { Session } from "./session";

const ASK_AGAIN_MS = 5_000;

export interface Account {
  /** Somebody is signed in, and the server gives no answer about them at the moment. */
  readonly unavailable: boolean;
  /** Ask the server who the stored token belongs to, and keep asking while it gives no answer. */
  confirm(): Promise<void>;
  /** Tells every change of `unavailable` from now on; gives the function that stops it. */
  onChange(listener: (unavailable: boolean) => void): () => void;
}

/** Only a clear refusal ends the session: a server that is down must not sign anybody out. */
export function createAccount<User>(session: Session<User>, ask: () => Promise<User>): Account {
  const listeners = new Listeners<[boolean]>();
  let unavailable = false;

  function set(now: boolean): void {
    if (now === unavailable) return;
    unavailable = now;
    listeners.tell(now);
  }

  async function confirm(): Promise<void> {
    if (session.state === "signed-out") return;
    try {
      session.update(await ask());
      set(false);
    } catch (failure) {
      const { status } = toApiError(failure);
      if (status >= 400 && status < 500 && status !== 429) {
        await session.end("expired");
      } else {
        set(true);
        askAgainLater();
      }
    }
  }

  function askAgainLater(): void {
    const again = (): void => {
      stop();
      clearTimeout(timer);
      void confirm();
    };
    const timer = setTimeout(again, ASK_AGAIN_MS);
    const stop = onOnline((online) => online && again());
  }

  return {
    get unavailable() {
      return unavailable;
    },
    confirm,
    onChange: (listener) => listeners.add(listener),
  };
}
