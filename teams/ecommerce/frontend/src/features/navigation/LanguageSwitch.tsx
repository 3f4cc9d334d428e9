import { useI18n } from "@/i18n";

export function LanguageSwitch() {
  const { t, language, setLanguage } = useI18n();
  const other = language === "ko" ? "en" : "ko";
  // The button speaks the language that it leads to.
  return (
    <button
      type="button"
      className="btn-plain"
      lang={other}
      title={t("navigation:languageLabel")}
      onClick={() => setLanguage(other)}
    >
      {t("navigation:language")}
    </button>
  );
}
