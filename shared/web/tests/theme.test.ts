import { beforeEach, expect, test, vi } from "vitest";
import { onThemeChange, setTheme, startTheme, theme } from "@course/web/theme";

const shown = () => document.documentElement.dataset.theme;

beforeEach(() => localStorage.clear());

test("a choice is shown and kept; the system's needs no mark", () => {
  const told = vi.fn();
  const stop = onThemeChange(told);

  setTheme("dark");
  expect([theme(), shown(), localStorage.getItem("theme")]).toEqual(["dark", "dark", "dark"]);
  setTheme("system");
  expect([theme(), shown(), localStorage.getItem("theme")]).toEqual(["system", undefined, null]);
  stop();
  setTheme("light");

  expect(told.mock.calls).toEqual([["dark"], ["system"]]);
});

test("what was chosen before is shown at the start, what another tab chooses at once", () => {
  localStorage.setItem("theme", "dark");
  startTheme();
  expect(shown()).toBe("dark");

  localStorage.setItem("theme", "light");
  dispatchEvent(new StorageEvent("storage", { key: "theme" }));
  expect(shown()).toBe("light");
});

test("a mangled choice is the system's", () => {
  localStorage.setItem("theme", '"><script>');

  expect(theme()).toBe("system");
});
