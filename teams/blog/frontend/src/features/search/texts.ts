import { texts } from "@course/web/i18n";

export const searchTexts = texts({
  en: {},
  ko: {},
});
