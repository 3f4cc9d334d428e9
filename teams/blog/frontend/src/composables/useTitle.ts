import { readonly, ref, toValue, watchEffect, type MaybeRefOrGetter } from "vue";
import { setHead, type Head } from "@course/web/head";
import { useI18n } from "@/i18n";

const shown = ref(document.title);

/** The document's title, for who waits for it: many a page has its own only when its data has come. */
export const documentTitle = readonly(shown);

/** Keeps the document's title, description and canonical address those of the page. */
export function useTitle(head: MaybeRefOrGetter<Pick<Head, "title"> & Partial<Head>>): void {
  const { t } = useI18n();

  watchEffect(() => {
    const { title, description, canonical } = toValue(head);
    const whole = title ? `${title} · ${t("shell:brand")}` : t("shell:brand");
    shown.value = whole;
    setHead({ title: whole, description: description || t("shell:about"), canonical });
  });
}
