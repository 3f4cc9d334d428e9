import { ref } from "vue";
import { createI18n } from "@course/web/i18n";
import { errorTexts } from "@course/web/messages";
import { articleTexts } from "@/features/articles/texts";
import { commentTexts } from "@/features/comments/texts";
import { editorTexts } from "@/features/editor/texts";
import { homeTexts } from "@/features/home/texts";
import { navigationTexts } from "@/features/navigation/texts";
import { profileTexts } from "@/features/profile/texts";
import { revisionTexts } from "@/features/revisions/texts";
import { searchTexts } from "@/features/search/texts";
import { sessionTexts } from "@/features/session/texts";
import { settingsTexts } from "@/features/settings/texts";
import { shellTexts } from "@/components/texts";

const i18n = createI18n({
  languages: ["en", "ko"],
  texts: {
    errors: errorTexts,
    shell: shellTexts,
    articles: articleTexts,
    comments: commentTexts,
    editor: editorTexts,
    home: homeTexts,
    navigation: navigationTexts,
    profile: profileTexts,
    revisions: revisionTexts,
    search: searchTexts,
    session: sessionTexts,
    settings: settingsTexts,
  },
});

const language = ref(i18n.language);
i18n.onChange(() => (language.value = i18n.language));

/** Makes what a template asks depend on the language, so that Vue asks again when it changes. */
function follow<Arguments extends unknown[], Result>(ask: (...given: Arguments) => Result) {
  return (...given: Arguments): Result => {
    void language.value;
    return ask(...given);
  };
}

export const t = follow(i18n.t) as typeof i18n.t;
const formatDate = follow(i18n.formatDate);
const formatRelative = follow(i18n.formatRelative);
const formatNumber = follow(i18n.formatNumber);

/** Texts, dates and numbers in the reader's language: `t("shell:tryAgain")`. */
export function useI18n() {
  return { t, language, setLanguage: i18n.setLanguage, formatDate, formatRelative, formatNumber };
}
