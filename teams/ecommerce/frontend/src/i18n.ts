import { useSyncExternalStore } from "react";
import { createI18n } from "@course/web/i18n";
import { errorTexts } from "@course/web/messages";
import { refusalTexts } from "@/api/refusalTexts";
import { shellTexts } from "@/components/texts";
import type { accountTexts } from "@/features/account/texts";
import type { cartTexts } from "@/features/cart/texts";
import { catalogueTexts } from "@/features/catalogue/texts";
import type { checkoutTexts } from "@/features/checkout/texts";
import type { mailboxTexts } from "@/features/mailbox/texts";
import { navigationTexts } from "@/features/navigation/texts";
import type { orderTexts } from "@/features/orders/texts";
import type { productTexts } from "@/features/product/texts";
import { sessionTexts } from "@/features/session/texts";
import type { staffTexts } from "@/features/staff/texts";
import { money } from "@/money";

/** What comes with the pages that say it: who looks at the catalogue does not load the words of the staff. */
type Later = {
  account: typeof accountTexts;
  cart: typeof cartTexts;
  checkout: typeof checkoutTexts;
  mailbox: typeof mailboxTexts;
  orders: typeof orderTexts;
  product: typeof productTexts;
  staff: typeof staffTexts;
};

const first = {
  errors: errorTexts,
  refusals: refusalTexts,
  shell: shellTexts,
  catalogue: catalogueTexts,
  navigation: navigationTexts,
  session: sessionTexts,
};
const all = first as typeof first & Later;
const i18n = createI18n({ languages: ["en", "ko"], texts: all });

/** Adds the texts of a page, in its own file of texts. */
export function addTexts<Name extends keyof Later>(name: Name, texts: Later[Name]): void {
  Object.assign(all, { [name]: texts });
}

export const { t } = i18n;

/** Texts, dates, numbers and money in the reader's language; a component that asks is shown anew when it changes. */
export function useI18n() {
  const language = useSyncExternalStore(i18n.onChange, () => i18n.language);
  const { setLanguage, formatDate, formatRelative, formatNumber } = i18n;
  const formatMoney = (minor: number, currency: string) => money(minor, currency, language);
  return { t, language, setLanguage, formatDate, formatRelative, formatNumber, formatMoney };
}
