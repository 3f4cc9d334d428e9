import { useSyncExternalStore } from "react";
import { onThemeChange, setTheme, theme } from "@course/web/theme";
import { IconSign } from "@/components/IconSign";
import { useI18n } from "@/i18n";

const CHOICES = [
  { name: "system", text: "navigation:themeSystem", sign: "contrast" },
  { name: "light", text: "navigation:themeLight", sign: "sun" },
  { name: "dark", text: "navigation:themeDark", sign: "moon" },
] as const;

export function ThemeSwitch() {
  const { t } = useI18n();
  const chosen = useSyncExternalStore(onThemeChange, theme);
  const index = CHOICES.findIndex(({ name }) => name === chosen);
  const choice = CHOICES[index] ?? CHOICES[0];
  const following = CHOICES[(index + 1) % CHOICES.length] ?? CHOICES[0];
  return (
    <button type="button" className="btn-plain" title={t(choice.text)} onClick={() => setTheme(following.name)}>
      <IconSign name={choice.sign} />
      <span className="visually-hidden">{t(choice.text)}</span>
    </button>
  );
}
