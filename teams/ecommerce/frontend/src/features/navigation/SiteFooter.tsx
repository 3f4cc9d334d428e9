import { useI18n } from "@/i18n";

export function SiteFooter() {
  const { t } = useI18n();
  return (
    <footer className="footer">
      <div className="container">
        <p>{t("navigation:about")}</p>
        <p>
          <a href="/api/docs">{t("navigation:api")}</a>
        </p>
      </div>
    </footer>
  );
}
