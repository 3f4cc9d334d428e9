import { useI18n } from "@/i18n";

export function BrokenPage() {
  const { t } = useI18n();
  return (
    <div className="container container-narrow calm-page">
      <h1>{t("navigation:brokenTitle")}</h1>
      <p>{t("navigation:broken")}</p>
      <p>
        <button type="button" className="btn btn-primary" onClick={() => location.reload()}>
          {t("navigation:reload")}
        </button>
      </p>
    </div>
  );
}
