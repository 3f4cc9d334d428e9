import { ApiError, toApiError } from "@course/web/problem";
import { reactive } from "vue";

// A crash costs at most what was typed in this time.
const KEEP_WITHIN_MS = 500;
// Long enough that a sentence is one request, short enough that a walk to another computer finds the text there.
const SEND_AFTER_MS = 3_000;
const SEND_AGAIN_AFTER_MS = 15_000;

/** Where the newest text is safe. `nowhere`: only on the screen; `untouched`: nobody has typed. */
export type Place = "untouched" | "nowhere" | "device" | "server";

export interface SavingState {
  place: Place;
  since: Date | null;
  sending: boolean;
  error: ApiError | null;
}

interface SavingOptions {
  /** Write the present text to this device; false if it cannot. */
  keep(): boolean;
  /** Send the present text to the server. */
  send(): Promise<void>;
  /** The server has all of it: the device need not keep it any longer. */
  forget(): void;
  /** Whether the server gets the text by itself, or only when the author says so. */
  isAutomatic(): boolean;
}

export interface Saving {
  readonly state: Readonly<SavingState>;
  /** To be called at every change of the text. */
  changed(): void;
  /** Keep what is typed at once: the page may go away. */
  keepNow(): void;
  /** Send at once, after whatever is on its way; true if the server has it. */
  send(): Promise<boolean>;
  /** The refusal has been dealt with; the text is where it is. */
  dismiss(): void;
  /** What was typed is settled in another way: there is nothing to save. */
  settled(): void;
  /** Try again what failed, where sending is automatic. */
  resume(): void;
  stop(): void;
}

/** Brings what is typed to safety: to this device within half a second, to the server when the author pauses. */
export function createSaving(options: SavingOptions): Saving {
  const state = reactive<SavingState>({ place: "untouched", since: null, sending: false, error: null });
  let version = 0;
  let onItsWay: Promise<boolean> | null = null;
  let keepTimer: ReturnType<typeof setTimeout> | undefined;
  let sendTimer: ReturnType<typeof setTimeout> | undefined;

  function arrived(place: Place): void {
    state.place = place;
    state.since = new Date();
  }

  function keepNow(): void {
    clearTimeout(keepTimer);
    keepTimer = undefined;
    if (state.place === "nowhere" && options.keep()) arrived("device");
  }

  function sendAfter(milliseconds: number): void {
    clearTimeout(sendTimer);
    sendTimer = setTimeout(() => void send(), milliseconds);
  }

  function changed(): void {
    version += 1;
    state.place = "nowhere";
    keepTimer ??= setTimeout(keepNow, KEEP_WITHIN_MS);
    if (options.isAutomatic()) sendAfter(SEND_AFTER_MS);
  }

  async function send(): Promise<boolean> {
    clearTimeout(sendTimer);
    if (onItsWay) await onItsWay;
    onItsWay ??= sendOnce().finally(() => (onItsWay = null));
    return onItsWay;
  }

  async function sendOnce(): Promise<boolean> {
    keepNow();
    const sent = version;
    state.sending = true;
    try {
      await options.send();
    } catch (error) {
      state.error = toApiError(error);
      if (options.isAutomatic() && mayPass(state.error)) sendAfter(SEND_AGAIN_AFTER_MS);
      return false;
    } finally {
      state.sending = false;
    }
    state.error = null;
    if (sent === version) {
      clearTimeout(keepTimer);
      keepTimer = undefined;
      options.forget();
      arrived("server");
    }
    return true;
  }

  function dismiss(): void {
    state.error = null;
  }

  function settled(): void {
    clearTimeout(keepTimer);
    clearTimeout(sendTimer);
    keepTimer = undefined;
    Object.assign(state, { place: "untouched", since: null, error: null });
  }

  function resume(): void {
    if (state.error && options.isAutomatic()) sendAfter(0);
  }

  function stop(): void {
    keepNow();
    clearTimeout(sendTimer);
  }

  return { state, changed, keepNow, send, dismiss, settled, resume, stop };
}

/** Whether the same text may be accepted later: a refused text is sent again only when it has changed. */
function mayPass(error: ApiError): boolean {
  return error.status === 0 || error.status === 429 || error.status >= 500;
}
