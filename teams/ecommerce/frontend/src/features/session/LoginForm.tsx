import { useState } from "react";
import { ErrorMessages } from "@/components/ErrorMessages";
import { TextField } from "@/components/TextField";
import { PasswordField } from "@/features/session/PasswordField";
import { signIn } from "@/features/session/signIn";
import { useSubmit } from "@/hooks/useSubmit";
import { useI18n } from "@/i18n";

export function LoginForm({ email: known = "", onDone }: { email?: string; onDone(): void }) {
  const { t } = useI18n();
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState("");
  const { error, pending, submit } = useSubmit(async () => {
    await signIn(email, password);
    onDone();
  });

  return (
    <form noValidate onSubmit={submit}>
      <ErrorMessages error={error} />
      <TextField
        label={t("session:email")}
        name="email"
        type="email"
        autoComplete="username"
        value={email}
        onChange={setEmail}
      />
      <PasswordField value={password} onChange={setPassword} autoComplete="current-password" />
      <button type="submit" className="btn btn-lg btn-primary" aria-busy={pending}>
        {t("session:signIn")}
      </button>
    </form>
  );
}
