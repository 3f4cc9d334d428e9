import { useSyncExternalStore } from "react";
import { Listeners } from "@course/web/listeners";
import { toApiError } from "@course/web/problem";
import { sentence } from "@/api/refusals";

export interface Toast {
  id: number;
  kind: "done" | "failed";
  text: string;
  /** A way on, as in "To the cart". */
  link?: { to: string; text: string };
}

const SHOWN_AT_MOST = 3;
const listeners = new Listeners<[]>();
let shown: readonly Toast[] = [];
let lastId = 0;

function set(toasts: readonly Toast[]): void {
  shown = toasts;
  listeners.tell();
}

/** Short messages in the corner, read aloud; the same ones for everybody. */
export const toasts = {
  show(text: string, { kind = "done", link }: Partial<Pick<Toast, "kind" | "link">> = {}): void {
    set([...shown, { id: ++lastId, kind, text, link }].slice(-SHOWN_AT_MOST));
  },
  /** Says what went wrong with something that has no better place on the page. */
  fail(failure: unknown): void {
    toasts.show(sentence(toApiError(failure)), { kind: "failed" });
  },
  dismiss(id: number): void {
    set(shown.filter((toast) => toast.id !== id));
  },
  clear(): void {
    set([]);
  },
};

export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(
    (listener) => listeners.add(listener),
    () => shown,
  );
}
