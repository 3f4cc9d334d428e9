import { useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { nextPath } from "@course/web/next";
import { ErrorMessages } from "@/components/ErrorMessages";
import { TextField } from "@/components/TextField";
import { PasswordField } from "@/features/session/PasswordField";
import { signUp } from "@/features/session/signIn";
import { useSubmit } from "@/hooks/useSubmit";
import { useTitle } from "@/hooks/useTitle";
import { useI18n } from "@/i18n";

export default function RegisterPage() {
  const { t } = useI18n();
  const [address] = useSearchParams();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const { error, pending, submit } = useSubmit(async () => {
    await signUp(name, email, password);
    await navigate(nextPath(address.get("next")), { replace: true });
  });
  useTitle(t("session:signUp"));

  return (
    <div className="auth-page container container-narrow">
      <h1>{t("session:signUp")}</h1>
      <p>
        <Link to={`/login?${address}`}>{t("session:haveAccount")}</Link>
      </p>
      {address.has("next") && <p className="hint">{t("session:continueAfter")}</p>}
      <form noValidate onSubmit={submit}>
        <ErrorMessages error={error} />
        <TextField label={t("session:name")} name="name" autoComplete="name" value={name} onChange={setName} />
        {/* Password managers keep the name that one signs in with: here, the address. */}
        <TextField
          label={t("session:email")}
          name="email"
          type="email"
          autoComplete="username"
          value={email}
          onChange={setEmail}
        />
        <PasswordField
          value={password}
          onChange={setPassword}
          hint={t("session:passwordHint")}
          autoComplete="new-password"
        />
        <button type="submit" className="btn btn-lg btn-primary" aria-busy={pending}>
          {t("session:signUp")}
        </button>
      </form>
    </div>
  );
}
