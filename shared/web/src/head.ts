/** What a page says of itself to the tab, to search engines and to link previews. */

export interface Head {
  title: string;
  /** At most about 160 characters are shown. */
  description: string;
  /** The one address of this content, where several lead to it. */
  canonical?: string;
}

/** Make the document's title, description and canonical address those of the page. */
export function setHead({ title, description, canonical }: Head): void {
  document.title = title;
  meta("description").content = description;
  link("canonical").href = new URL(canonical ?? location.pathname, location.origin).href;
}

function meta(name: string): HTMLMetaElement {
  return document.head.querySelector<HTMLMetaElement>(`meta[name="${name}"]`) ?? append("meta", { name });
}

function link(rel: string): HTMLLinkElement {
  return document.head.querySelector<HTMLLinkElement>(`link[rel="${rel}"]`) ?? append("link", { rel });
}

function append<K extends "meta" | "link">(
  tag: K,
  values: Partial<HTMLElementTagNameMap[K]>,
): HTMLElementTagNameMap[K] {
  const element = Object.assign(document.createElement(tag), values);
  document.head.append(element);
  return element;
}
