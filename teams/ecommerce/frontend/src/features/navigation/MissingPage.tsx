import { Link } from "react-router";
import { useTitle } from "@/hooks/useTitle";
import { useI18n } from "@/i18n";

export default function MissingPage() {
  const { t } = useI18n();
  useTitle(t("navigation:missingTitle"));
  return (
    <div className="container container-narrow calm-page">
      <p className="calm-number" aria-hidden="true">
        404
      </p>
      <h1>{t("navigation:missingTitle")}</h1>
      <p>{t("navigation:missing")}</p>
      <p>
        <Link className="btn btn-primary" to="/">
          {t("navigation:toHome")}
        </Link>
      </p>
    </div>
  );
}
