import { texts } from "@course/web/i18n";

export const commentTexts = texts({
  en: {},
  ko: {},
});
