/** What a shortcut makes of the selected text: what replaces it, and which part of that is selected afterwards. */
export interface Replacement {
  text: string;
  selectFrom: number;
  selectTo: number;
}

const marks: Record<string, string> = { b: "**", i: "*" };

/** Bold for b, italic for i, a link for k; null for any other key. What is marked already loses its marks. */
export function replacementFor(key: string, selected: string): Replacement | null {
  if (key === "k") return link(selected);
  const mark = marks[key];
  return mark === undefined ? null : toggled(selected, mark);
}

function toggled(selected: string, mark: string): Replacement {
  const isMarked = selected.length > 2 * mark.length && selected.startsWith(mark) && selected.endsWith(mark);
  if (isMarked) return selectedWhole(selected.slice(mark.length, -mark.length));
  return { text: mark + selected + mark, selectFrom: mark.length, selectTo: mark.length + selected.length };
}

/** A selected address becomes where the link leads, other text what it says; the missing part is selected. */
function link(selected: string): Replacement {
  if (/^https?:\/\/\S+$/.test(selected)) return { text: `[](${selected})`, selectFrom: 1, selectTo: 1 };
  const at = selected.length + 3;
  return { text: `[${selected}](https://)`, selectFrom: at, selectTo: at + "https://".length };
}

function selectedWhole(text: string): Replacement {
  return { text, selectFrom: 0, selectTo: text.length };
}
