/** A stretch of a found text; `isFound` where it fits the query. */
export interface Stretch {
  text: string;
  isFound: boolean;
}

const ENTITIES: Record<string, string> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#x27;": "'" };

/** The API's highlight, which is escaped text with <mark>, as text again: nothing in it can become an element. */
export function stretches(highlight: string): Stretch[] {
  return highlight
    .split(/<\/?mark>/)
    .map((html, index) => ({ text: unescaped(html), isFound: index % 2 === 1 }))
    .filter(({ text }) => text !== "");
}

function unescaped(html: string): string {
  return html.replace(/&(amp|lt|gt|quot|#x27);/g, (entity) => ENTITIES[entity] ?? entity);
}
