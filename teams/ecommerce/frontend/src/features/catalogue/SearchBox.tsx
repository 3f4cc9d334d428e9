import { useEffect, useRef, useState, type ChangeEvent, type CompositionEvent, type KeyboardEvent } from "react";
import { isComposing } from "@course/web/composition";
import { onSlash } from "@course/web/slashKey";
import { createTyping } from "@course/web/typing";
import { IconSign } from "@/components/IconSign";
import { useI18n } from "@/i18n";

/** Searches as one types, but never for half a Korean syllable. */
export function SearchBox({ query, onSearch }: { query: string; onSearch(query: string): void }) {
  const { t } = useI18n();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(query);
  const asked = useRef(query);
  const search = useRef(onSearch);
  const [typing] = useState(() =>
    createTyping((wanted) => {
      asked.current = wanted;
      search.current(wanted);
    }, query),
  );

  useEffect(() => {
    search.current = onSearch;
  });

  // The address may change without this field: by the back button, or by the field in the navigation bar.
  // An echo of what was asked here changes nothing, for the typing may have gone on.
  useEffect(() => {
    if (query === asked.current) return;
    asked.current = query;
    setText(query);
    typing.replaced(query);
  }, [query, typing]);

  useEffect(() => typing.stop, [typing]);
  useEffect(() => onSlash(() => field.current?.focus(), true), []);

  function change(event: ChangeEvent<HTMLInputElement>): void {
    setText(event.target.value);
    const native = event.nativeEvent;
    typing.input(event.target.value, native instanceof InputEvent && native.isComposing);
  }

  // Chromium tells the last input while it still composes: only the end says that the syllable is whole.
  function compositionEnds(event: CompositionEvent<HTMLInputElement>): void {
    setText(event.currentTarget.value);
    typing.input(event.currentTarget.value, false);
  }

  function press(event: KeyboardEvent): void {
    if (isComposing(event.nativeEvent)) return;
    if (event.key === "Enter") {
      event.preventDefault();
      typing.now(text);
    }
    if (event.key === "Escape") clear();
  }

  function clear(): void {
    setText("");
    typing.now("");
    field.current?.focus();
  }

  return (
    <form
      className="search-box"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        typing.now(text);
      }}
    >
      <IconSign name="search" />
      <input
        ref={field}
        type="search"
        name="q"
        autoComplete="off"
        enterKeyHint="search"
        maxLength={200}
        aria-label={t("catalogue:label")}
        placeholder={t("catalogue:placeholder")}
        value={text}
        onChange={change}
        onCompositionStart={typing.composing}
        onCompositionEnd={compositionEnds}
        onKeyDown={press}
      />
      {text && (
        <button type="button" className="btn btn-sm" onClick={clear}>
          {t("catalogue:clear")}
        </button>
      )}
    </form>
  );
}
