/**
 * Runs `focus` when somebody presses / outside of a text field, until the returned function is called.
 *
 * `isPage` is for a field in the page, which goes before the one in the navigation bar.
 */
export function onSlash(focus: () => void, isPage = false): () => void {
  function press(event: KeyboardEvent): void {
    const isTyped =
      event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || event.defaultPrevented || isTyped || event.ctrlKey || event.metaKey || event.altKey)
      return;
    event.preventDefault();
    focus();
  }

  addEventListener("keydown", press, { capture: isPage });
  return () => removeEventListener("keydown", press, { capture: isPage });
}
