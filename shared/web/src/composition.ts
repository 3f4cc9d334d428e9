/**
 * Whether a key belongs to an input method that is putting a syllable together.
 *
 * The Enter that ends a Korean word must not also send the form. Safari sends it after `compositionend`, with
 * `isComposing` false and the key code 229: https://bugs.webkit.org/show_bug.cgi?id=165004
 */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}
