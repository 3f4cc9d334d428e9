import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const source = readFileSync("styles/tokens.css", "utf8");
const [plain = "", contrast = ""] = source.split("@media (prefers-contrast: more)");

const THEMES = {
  light: colours(plain, 0),
  dark: colours(plain, 1),
  "light with high contrast": { ...colours(plain, 0), ...colours(contrast, 0) },
  "dark with high contrast": { ...colours(plain, 1), ...colours(contrast, 1) },
};
const PAPERS = ["paper", "paper-2", "paper-3"];
const INKS = ["ink", "ink-2", "ink-3"];
const SIGNALS = ["accent", "danger", "success", "warning"];
const PAIRS: [string, string, number][] = [
  ...INKS.flatMap((ink) => PAPERS.map((paper): [string, string, number] => [ink, paper, 4.5])),
  ...SIGNALS.flatMap((ink) => PAPERS.map((paper): [string, string, number] => [ink, paper, 4.5])),
  ["accent-ink", "accent", 4.5],
  ["accent", "accent-soft", 4.5],
  ["ink", "accent-soft", 4.5],
  // What can be operated, and the focus ring, which has the colour of --accent: WCAG 2.2, 1.4.11.
  ...PAPERS.map((paper): [string, string, number] => ["line-strong", paper, 3]),
];

/** The custom properties of `light-dark(first, second)`. */
function colours(css: string, index: 0 | 1): Record<string, string> {
  const found = css.matchAll(/--([\w-]+): light-dark\((#\w+), (#\w+)\)/g);
  return Object.fromEntries([...found].map(([, name = "", ...both]) => [name, both[index] ?? ""]));
}

/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(colour: string): number {
  const digits = colour.length === 4 ? colour.replace(/\w/g, "$&$&") : colour;
  const [red = 0, green = 0, blue = 0] = (digits.match(/\w\w/g) ?? []).map((pair) => {
    const part = parseInt(pair, 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function ratio(one: string, two: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(two)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

test("the contrast is computed as WCAG says", () => {
  expect(ratio("#000", "#ffffff")).toBeCloseTo(21);
  expect(ratio("#767676", "#fff")).toBeCloseTo(4.54, 2);
});

test.each(Object.entries(THEMES))("%s: every text can be read, every control found", (_, theme) => {
  const tooWeak = PAIRS.filter(([front, back, least]) => !(ratio(theme[front] ?? "", theme[back] ?? "") >= least));

  expect(tooWeak).toEqual([]);
});

test("high contrast is higher", () => {
  for (const [name, theme] of Object.entries(THEMES).slice(2)) {
    for (const ink of INKS)
      expect(ratio(theme[ink] ?? "", theme["paper-3"] ?? ""), `${name}: ${ink}`).toBeGreaterThan(7);
  }
});

test("no colour is missing in a theme", () => {
  const named = [...plain.matchAll(/--(ink|paper|line|accent|danger|success|warning)[\w-]*:/g)];

  expect(named).toHaveLength(Object.keys(THEMES.light).length);
  expect(Object.keys(THEMES.dark)).toEqual(Object.keys(THEMES.light));
});
