/** One line of the table of contents: `level` counts from 0 at the outermost heading of this article. */
export interface OutlineEntry {
  id: string;
  text: string;
  level: number;
}

/**
 * Give every h1 to h3 under `root` an id of its own and return them in order.
 *
 * The ids begin with "section-", so that no heading can take an id that the page uses itself.
 */
export function outlineOf(root: ParentNode): OutlineEntry[] {
  const headings = [...root.querySelectorAll<HTMLElement>("h1, h2, h3")];
  const outermost = Math.min(...headings.map(rank));
  const taken = new Set<string>();
  return headings.map((heading) => {
    const text = heading.textContent?.trim() ?? "";
    heading.id = freeId(`section-${slug(text)}`, taken);
    // Focus goes here when the reader follows a link of the table of contents.
    heading.tabIndex = -1;
    return { id: heading.id, text, level: rank(heading) - outermost };
  });
}

function rank(heading: HTMLElement): number {
  return Number(heading.tagName.slice(1));
}

function slug(text: string): string {
  return text
    .normalize("NFC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "");
}

function freeId(wanted: string, taken: Set<string>): string {
  let id = wanted;
  for (let number = 2; taken.has(id); number += 1) id = `${wanted}-${number}`;
  taken.add(id);
  return id;
}
