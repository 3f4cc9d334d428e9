import { diffArrays } from "diff";

/** A stretch of text that both versions have, or that only one of them has. */
export interface Change {
  kind: "same" | "removed" | "added";
  text: string;
}

// A word with its particles, a run of spaces, or one sign of punctuation.
const TOKEN = /\s+|[\p{L}\p{N}\p{M}_]+|[^\s\p{L}\p{N}\p{M}_]/gu;
// Two long texts without a word in common take minutes otherwise.
const MOST_MILLISECONDS = 500;

/** The way from one text to the other, word by word. Texts too different to compare are removed and added whole. */
export function wordChanges(before: string, after: string): Change[] {
  const parts = diffArrays(before.match(TOKEN) ?? [], after.match(TOKEN) ?? [], { timeout: MOST_MILLISECONDS });
  if (!parts) return [removed(before), added(after)].filter((change) => change.text !== "");
  return joined(parts.map((part) => change(part.added, part.removed, part.value.join(""))));
}

function change(isAdded: boolean, isRemoved: boolean, text: string): Change {
  if (isAdded) return added(text);
  return isRemoved ? removed(text) : { kind: "same", text };
}

function added(text: string): Change {
  return { kind: "added", text };
}

function removed(text: string): Change {
  return { kind: "removed", text };
}

/** A lone space between two changed words belongs to the change: marks on every second word are hard to read. */
function joined(changes: Change[]): Change[] {
  const result: Change[] = [];
  for (let at = 0; at < changes.length; at += 1) {
    const here = changes[at]!;
    const isLoneSpace = here.kind === "same" && here.text.trim() === "" && at > 0 && at < changes.length - 1;
    if (isLoneSpace) {
      extend(result, "removed", here.text);
      extend(result, "added", here.text);
    } else if (here.kind === "same") {
      result.push({ ...here });
    } else {
      extend(result, here.kind, here.text);
    }
  }
  return result;
}

/** Lengthen the last change of this kind since the versions parted, or begin one. */
function extend(result: Change[], kind: "removed" | "added", text: string): void {
  for (const last of result.slice(-2).reverse()) {
    if (last.kind === "same") break;
    if (last.kind === kind) {
      last.text += text;
      return;
    }
  }
  const next = { kind, text };
  if (kind === "removed" && result.at(-1)?.kind === "added") result.splice(-1, 0, next);
  else result.push(next);
}

/** How many words a reader would say were changed. */
export function changedWords(changes: Change[]): number {
  const words = (kind: Change["kind"]) =>
    changes
      .filter((one) => one.kind === kind)
      .reduce((sum, one) => sum + (one.text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0), 0);
  return Math.max(words("added"), words("removed"));
}
