import { readonly, ref, toValue, watchEffect, type MaybeRefOrGetter } from "vue";
import { useI18n } from "@/i18n";

interface Head {
  title: string;
  /** For search engines and link previews; at most about 160 characters are shown. */
  description?: string;
  /** The one address of this content, where several lead to it. */
  canonical?: string;
}

const shown = ref(document.title);

/** The document's title, for who waits for it: many a page has its own only when its data has come. */
export const documentTitle = readonly(shown);

/** Keeps the document's title, description and canonical address those of the page. */
export function useTitle(head: MaybeRefOrGetter<Head>): void {
  const { t } = useI18n();

  watchEffect(() => {
    const { title, description, canonical } = toValue(head);
    document.title = shown.value = title ? `${title} · ${t("shell:brand")}` : t("shell:brand");
    meta("description").content = description || t("shell:about");
    link("canonical").href = new URL(canonical ?? location.pathname, location.origin).href;
  });
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
