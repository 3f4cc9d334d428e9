import { texts } from "@course/web/i18n";

export const editorTexts = texts({
  en: {},
  ko: {},
});
