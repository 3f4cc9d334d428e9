import { texts } from "@course/web/i18n";

export const revisionTexts = texts({
  en: {},
  ko: {},
});
