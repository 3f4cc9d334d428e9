import { useId, useState } from "react";
import { useI18n } from "@/i18n";

interface Props {
  value: string;
  onChange(value: string): void;
  autoComplete: "current-password" | "new-password";
  hint?: string;
}

export function PasswordField({ value, onChange, autoComplete, hint }: Props) {
  const { t } = useI18n();
  const id = useId();
  const [isVisible, setVisible] = useState(false);
  return (
    <div className="field">
      <label htmlFor={id}>{t("session:password")}</label>
      <input
        id={id}
        name="password"
        type={isVisible ? "text" : "password"}
        autoComplete={autoComplete}
        autoCapitalize="none"
        spellCheck={false}
        aria-describedby={hint ? `${id}-hint` : undefined}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      {hint && (
        <p id={`${id}-hint`} className="field-hint">
          {hint}
        </p>
      )}
      <label className="field-check">
        <input type="checkbox" checked={isVisible} onChange={(event) => setVisible(event.target.checked)} />{" "}
        {t("session:showPassword")}
      </label>
    </div>
  );
}
