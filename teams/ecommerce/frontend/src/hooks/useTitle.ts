import { useEffect } from "react";
import { setHead, type Head } from "@course/web/head";
import { Listeners } from "@course/web/listeners";
import { useI18n } from "@/i18n";

const listeners = new Listeners<[title: string]>();

/** Tells every new title: many a page has its own only when its data has come. */
export function onTitle(listener: (title: string) => void): () => void {
  return listeners.add(listener);
}

/** Keeps the document's title, description and canonical address those of the page. */
export function useTitle(title: string, { description, canonical }: Partial<Head> = {}): void {
  const { t } = useI18n();
  const whole = title ? `${title} · ${t("shell:brand")}` : t("shell:brand");
  const about = description || t("shell:about");

  useEffect(() => {
    setHead({ title: whole, description: about, canonical });
    listeners.tell(whole);
  }, [whole, about, canonical]);
}
