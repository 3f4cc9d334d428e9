/** What a rendered text is called by its reader's language. */
export interface ProseLabels {
  code: string;
  copy: string;
  table: string;
  foreignImage: string;
}

/**
 * Make the API's HTML fit to be read on this site, before it is shown.
 *
 * Wide tables and code get a box that scrolls and that a keyboard reaches; code gets a button that copies it;
 * an image of another site becomes a link, for opening a page must not tell a third party who reads what.
 */
export function prepare(root: ParentNode, labels: ProseLabels): void {
  for (const image of root.querySelectorAll("img")) prepareImage(image, labels);
  for (const table of root.querySelectorAll("table")) reachable(framed(table, "table-scroll"), labels.table);
  for (const block of root.querySelectorAll("pre")) {
    reachable(block, labels.code);
    framed(block, "code-block").prepend(copyButton(labels.copy));
  }
}

function prepareImage(image: HTMLImageElement, labels: ProseLabels): void {
  const source = image.getAttribute("src") ?? "";
  const address = URL.canParse(source, location.href) ? new URL(source, location.href) : null;
  if (address?.origin === location.origin) {
    image.loading = "lazy";
    return;
  }
  // An address that is none, or one that runs or embeds something, leads nowhere.
  const isWeb = address?.protocol === "https:" || address?.protocol === "http:";
  const place = document.createElement(isWeb ? "a" : "span");
  place.className = "foreign-image";
  place.textContent = `${labels.foreignImage}: ${image.alt || source}`;
  if (place instanceof HTMLAnchorElement && address) {
    place.href = address.href;
    place.rel = "nofollow noopener noreferrer";
  }
  (image.closest("a") ?? image).replaceWith(place);
}

function framed(inner: HTMLElement, name: string): HTMLElement {
  const frame = document.createElement("div");
  frame.className = name;
  inner.replaceWith(frame);
  frame.append(inner);
  return frame;
}

/** What scrolls sideways must be scrolled by keys as well. */
function reachable(scrolls: HTMLElement, label: string): void {
  scrolls.tabIndex = 0;
  scrolls.setAttribute("role", "group");
  scrolls.setAttribute("aria-label", label);
}

function copyButton(label: string): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "code-copy";
  button.textContent = label;
  return button;
}
