const PAUSE_MS = 250;

export interface Typing {
  /** The text has changed; `isComposing` while an input method still puts a syllable together. */
  input(text: string, isComposing: boolean): void;
  /** A composition begins: whatever waits would be half a word. */
  composing(): void;
  /** The text is what it is: search now. */
  now(text: string): void;
  /** Another text has been searched for, not by typing. */
  replaced(text: string): void;
  stop(): void;
}

/**
 * Turns typing into searches: one when the typing pauses, none for half a Korean syllable, none twice in a row.
 *
 * ㄷ, 도 and 독 are on the way to 도커; a search for each would show three wrong lists and cost three requests.
 */
export function createTyping(search: (text: string) => void, lastSearched: string): Typing {
  let timer: ReturnType<typeof setTimeout> | undefined;

  function now(text: string): void {
    clearTimeout(timer);
    const wanted = text.trim();
    if (wanted === lastSearched) return;
    lastSearched = wanted;
    search(wanted);
  }

  return {
    now,
    input(text, isComposing) {
      clearTimeout(timer);
      if (!isComposing) timer = setTimeout(now, PAUSE_MS, text);
    },
    composing: () => clearTimeout(timer),
    replaced(text) {
      clearTimeout(timer);
      lastSearched = text;
    },
    stop: () => clearTimeout(timer),
  };
}
