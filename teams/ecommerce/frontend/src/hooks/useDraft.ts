import { useState } from "react";

/** What somebody types, kept for this tab: a page that is loaded again still has it. */
export function useDraft<T extends object>(name: string, empty: T) {
  const key = `draft.${name}`;
  const [draft, setDraft] = useState<T>(() => ({ ...empty, ...kept(key) }));

  function change(values: Partial<T>): void {
    setDraft((before) => {
      const now = { ...before, ...values };
      keep(key, JSON.stringify(now));
      return now;
    });
  }

  function forget(): void {
    keep(key, null);
    setDraft(empty);
  }

  return { draft, change, forget };
}

function kept(key: string): object {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(key) ?? "null");
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

function keep(key: string, text: string | null): void {
  try {
    if (text === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, text);
  } catch {
    // A browser that keeps nothing costs the keeping, not the typing.
  }
}
