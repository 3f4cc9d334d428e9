import { shallowReactive } from "vue";
import { toApiError } from "@course/web/problem";
import { explain } from "@course/web/messages";
import { t } from "@/i18n";

export interface Toast {
  id: number;
  kind: "done" | "failed";
  text: string;
}

const SHOWN_AT_MOST = 3;
const shown = shallowReactive<Toast[]>([]);
let lastId = 0;

function show(text: string, kind: Toast["kind"] = "done"): void {
  shown.push({ id: ++lastId, kind, text });
  if (shown.length > SHOWN_AT_MOST) shown.shift();
}

function dismiss(id: number): void {
  const index = shown.findIndex((toast) => toast.id === id);
  if (index >= 0) shown.splice(index, 1);
}

/** Says what went wrong with something that has no better place on the page. */
function fail(failure: unknown): void {
  const { title, detail } = explain(toApiError(failure), t);
  show(`${title} ${detail}`.trim(), "failed");
}

/** Short messages in the corner, read aloud; the same ones for everybody who asks. */
export function useToasts() {
  return { shown, show, fail, dismiss };
}
