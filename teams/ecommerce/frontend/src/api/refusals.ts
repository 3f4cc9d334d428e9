import { explain, type Explanation } from "@course/web/messages";
import type { ApiError } from "@course/web/problem";
import { refusalTexts } from "@/api/refusalTexts";
import { t } from "@/i18n";

type Code = keyof (typeof refusalTexts)["en"]["title"];
type Field = keyof (typeof refusalTexts)["en"]["field"];

/** An error in the reader's language: the shop's own refusals by their code, everything else as on every site. */
export function explained(error: ApiError): Explanation {
  const said = explain(error, t);
  const fields = said.fields.map(({ field, text }) => ({ field, text: named(field, text) }));
  const code = codeOf(error);
  if (!code) return { ...said, fields };
  return { ...said, title: t(`refusals:title.${code}`), detail: t(`refusals:detail.${code}`), fields };
}

/** One sentence or two, for where there is no room for more. */
export function sentence(error: ApiError): string {
  const { title, detail } = explained(error);
  return `${title} ${detail}`.trim();
}

function codeOf({ code }: ApiError): Code | null {
  // A key that ends in _zero would be a plural form.
  const key = code === "stock_below_zero" ? "stock_below" : code;
  return key in refusalTexts.en.title ? (key as Code) : null;
}

/** `variants.0.price` is said as `price`. */
function named(field: string, text: string): string {
  const last = field.split(".").at(-1) ?? field;
  if (!(last in refusalTexts.en.field)) return text;
  return text.replace(field, t(`refusals:field.${last as Field}`));
}
