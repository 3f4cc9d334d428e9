/** Texts, dates and numbers in the reader's language, on what the browser itself knows of languages. */

import { Listeners } from "./listeners";
import { onWritten, read, write } from "./storage";

export type Language = "en" | "ko";

interface Tree {
  readonly [key: string]: string | Tree;
}

type Plural = "zero" | "one" | "two" | "few" | "many" | "other";
type Stem<Key extends string> = Key extends `${infer Name}_${Plural}` ? Name : Key;
/** The keys that `t` takes: with dots for what is nested, without the endings of plural forms. */
export type Keys<Texts> = {
  [Key in keyof Texts & string]: Texts[Key] extends string ? Stem<Key> : `${Key}.${Keys<Texts[Key]>}`;
}[keyof Texts & string];
type Missing<There extends string, Here extends string> = [Exclude<There, Here>] extends [never]
  ? unknown
  : Record<Exclude<There, Here>, string>;

/** The texts of one feature. A key that only one of the languages has is a type error; plural forms may differ. */
export function texts<const English extends Tree, const Korean extends Tree>(both: {
  en: English & Missing<Keys<Korean>, Keys<English>>;
  ko: Korean & Missing<Keys<English>, Keys<Korean>>;
}): { en: English; ko: Korean } {
  return both;
}

type Namespaces = Record<string, { en: Tree; ko: Tree }>;
type Key<Texts extends Namespaces> = {
  [Name in keyof Texts & string]: `${Name}:${Keys<Texts[Name]["en"]>}`;
}[keyof Texts & string];

export type DateStyle = "short" | "long" | "time";
export type DateLike = Date | string | number;

export interface I18n<TextKey extends string> {
  readonly language: Language;
  /** Kept, told to all tabs, and written to `<html lang>`. */
  setLanguage(language: Language): void;
  /** Tells every change, of this tab or another; gives the function that stops it. */
  onChange(listener: (language: Language) => void): () => void;
  /** `t("articles:readingTime", { count: 3 })`. Values are put in as they are: the framework escapes them. */
  t(key: TextKey, values?: Record<string, unknown>): string;
  /** `short` 11/23/26, `long` November 23, 2026, `time` the long one with hours and minutes. */
  formatDate(date: DateLike, style?: DateStyle): string;
  /** "5 minutes ago", "yesterday", "in 3 days"; a date when it is more than a week away. */
  formatRelative(date: DateLike, now?: DateLike): string;
  formatNumber(number: number): string;
}

const KEY = "language";
const STYLES: Record<DateStyle, Intl.DateTimeFormatOptions> = {
  short: { dateStyle: "short" },
  long: { dateStyle: "long" },
  // By 24 hours: what stands for "p.m." in Korean differs from browser to browser.
  time: { dateStyle: "long", timeStyle: "short", hourCycle: "h23" },
};

// A formatter takes a thousand times as long to make as to use: a list of 20 dates would keep a phone busy for 0.2 s.
const dates = kept((language: Language, style: DateStyle) => new Intl.DateTimeFormat(language, STYLES[style]));
const distances = kept((language: Language) => new Intl.RelativeTimeFormat(language, { numeric: "auto" }));
const plurals = kept((language: Language) => new Intl.PluralRules(language));
const numbers = kept((language: Language) => new Intl.NumberFormat(language));

/** The same function, that makes each thing once. */
function kept<Arguments extends string[], Made>(make: (...given: Arguments) => Made): (...given: Arguments) => Made {
  const made = new Map<string, Made>();
  return (...given) => {
    const key = given.join(" ");
    const known = made.get(key) ?? make(...given);
    made.set(key, known);
    return known;
  };
}

/** The reader's language is the one chosen before, else the first of the browser's that there is, else the first. */
export function createI18n<const Texts extends Namespaces>(options: {
  languages: readonly [Language, ...Language[]];
  texts: Texts;
}): I18n<Key<Texts>> {
  const { languages } = options;
  const listeners = new Listeners<[Language]>();
  let language = firstChoice(languages);

  document.documentElement.lang = language;
  prepare(language);

  function show(chosen: Language): void {
    if (chosen === language) return;
    language = chosen;
    document.documentElement.lang = chosen;
    listeners.tell(chosen);
  }

  onWritten([KEY], () => show(firstChoice(languages)));

  return {
    get language() {
      return language;
    },
    setLanguage(chosen) {
      write(KEY, chosen);
      show(chosen);
    },
    onChange: (listener) => listeners.add(listener),
    t: (key, values = {}) => filledIn(find(options.texts, language, key, values.count) ?? key, values),
    formatDate: (date, style = "long") => dates(language, style).format(new Date(date)),
    formatRelative: (date, now = Date.now()) => relative(new Date(date), new Date(now), language),
    formatNumber: (number) => numbers(language).format(number),
  };
}

/**
 * The first date of a language loads what the browser knows of it, which keeps a phone busy for 0.1 s: better now, while
 * the first answer travels, and in three tasks, between which the page answers. Each needs what the one before loaded.
 */
function prepare(language: Language): void {
  for (const make of [() => new Intl.Collator(language), () => numbers(language), () => dates(language, "long")]) {
    setTimeout(make);
  }
}

function firstChoice(languages: readonly [Language, ...Language[]]): Language {
  const wishes = [read(KEY) ?? "", ...navigator.languages].map((wish) => wish.toLowerCase().split("-")[0]);
  const found = wishes.find((wish): wish is Language => languages.includes(wish as Language));
  return found ?? languages[0];
}

/** The text of `name:key.key`; with a count, in the plural form that the language has for it. */
function find(all: Namespaces, language: Language, key: string, count: unknown): string | undefined {
  const [name = "", path = ""] = key.split(":");
  const steps = path.split(".");
  const last = steps.pop() ?? "";
  let tree: string | Tree | undefined = all[name]?.[language];
  for (const step of steps) tree = typeof tree === "object" ? tree[step] : undefined;
  if (typeof tree !== "object") return undefined;
  const forms = typeof count === "number" ? [`${last}_${plurals(language).select(count)}`, `${last}_other`] : [];
  return [...forms, last].map((form) => tree[form]).find((found) => typeof found === "string");
}

/** Puts values into their `{{places}}`, as they are: what a value says is never read as a text of ours. */
function filledIn(text: string, values: Record<string, unknown>): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (place, name: string) => (name in values ? String(values[name]) : place));
}

/** Hours within the day or within six of them, else days by the calendar: 23:00 is "yesterday" at 9:00. */
function relative(date: Date, now: Date, language: Language): string {
  const words = distances(language);
  const minutes = Math.trunc((date.getTime() - now.getTime()) / 60_000);
  const hours = Math.trunc(minutes / 60);
  const days = (midnight(date) - midnight(now)) / 86_400_000;
  if (minutes === 0) return words.format(0, "second");
  if (hours === 0) return words.format(minutes, "minute");
  if (days === 0 || Math.abs(hours) < 6) return words.format(hours, "hour");
  if (Math.abs(days) <= 7) return words.format(days, "day");
  return dates(language, "long").format(date);
}

/** The calendar day as a number: UTC's days are all of the same length. */
function midnight(date: Date): number {
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
}
