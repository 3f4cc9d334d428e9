import { Link, useNavigate, useSearchParams } from "react-router";
import { nextPath } from "@course/web/next";
import { LoginForm } from "@/features/session/LoginForm";
import { useTitle } from "@/hooks/useTitle";
import { useI18n } from "@/i18n";

export default function LoginPage() {
  const { t } = useI18n();
  const [address] = useSearchParams();
  const navigate = useNavigate();
  useTitle(t("session:signIn"));

  return (
    <div className="auth-page container container-narrow">
      <h1>{t("session:signIn")}</h1>
      <p>
        <Link to={`/register?${address}`}>{t("session:needAccount")}</Link>
      </p>
      {address.has("next") && <p className="hint">{t("session:continueAfter")}</p>}
      <LoginForm onDone={() => void navigate(nextPath(address.get("next")), { replace: true })} />
    </div>
  );
}
