/** Light, dark, or as the system has it: kept, and the same in all tabs. The colours themselves are in tokens.css. */

import { Listeners } from "./listeners";
import { onWritten, read, write } from "./storage";

export type Theme = "system" | "light" | "dark";

const KEY = "theme";
const listeners = new Listeners<[theme: Theme]>();

/** What the reader chose. */
export function theme(): Theme {
  const kept = read(KEY);
  return kept === "light" || kept === "dark" ? kept : "system";
}

/** Choose, and show it. */
export function setTheme(chosen: Theme): void {
  write(KEY, chosen === "system" ? null : chosen);
  show();
}

/** Tells every change, of this tab or another, until the returned function is called. */
export function onThemeChange(listener: (theme: Theme) => void): () => void {
  return listeners.add(listener);
}

/** To be called once, before anything is shown: applies what was chosen, and follows the other tabs. */
export function startTheme(): void {
  show();
  onWritten([KEY], show);
}

function show(): void {
  const chosen = theme();
  if (chosen === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
  listeners.tell(chosen);
}
