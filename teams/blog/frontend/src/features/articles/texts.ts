import { texts } from "@course/web/i18n";

export const articleTexts = texts({
  en: {},
  ko: {},
});
