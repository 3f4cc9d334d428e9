import { useId, type HTMLInputTypeAttribute } from "react";

interface Props {
  label: string;
  name: string;
  value: string;
  onChange(value: string): void;
  type?: HTMLInputTypeAttribute;
  inputMode?: "numeric" | "decimal" | "text";
  autoComplete?: string;
  hint?: string;
  maxLength?: number;
}

export function TextField({ label, name, value, onChange, hint, autoComplete = "off", ...more }: Props) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        name={name}
        value={value}
        autoComplete={autoComplete}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onChange(event.target.value)}
        {...more}
      />
      {hint && (
        <p id={`${id}-hint`} className="field-hint">
          {hint}
        </p>
      )}
    </div>
  );
}
