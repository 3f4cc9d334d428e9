import { beforeEach, expect, test, vi } from "vitest";
import { createI18n, texts } from "@course/web/i18n";

const ALL = {
  home: texts({
    en: {
      hello: "Hello, {{name}}!",
      posts_one: "{{count}} post",
      posts_other: "{{count}} posts",
      tabs: { mine: "Mine" },
    },
    ko: { hello: "{{name}} 님, 안녕하세요!", posts_other: "글 {{count}}개", tabs: { mine: "내 글" } },
  }),
};

beforeEach(() => {
  localStorage.clear();
  document.documentElement.lang = "";
});

function create(browser: string[] = ["en-US"]) {
  vi.spyOn(navigator, "languages", "get").mockReturnValue(browser);
  return createI18n({ languages: ["en", "ko"], texts: ALL });
}

test("a text has values, plural forms and places in both languages", () => {
  const { t, setLanguage } = create();

  expect([t("home:hello", { name: "<b>" }), t("home:posts", { count: 1 }), t("home:posts", { count: 0 })]).toEqual([
    "Hello, <b>!",
    "1 post",
    "0 posts",
  ]);
  setLanguage("ko");
  expect([t("home:hello", { name: "민지" }), t("home:posts", { count: 1 }), t("home:tabs.mine")]).toEqual([
    "민지 님, 안녕하세요!",
    "글 1개",
    "내 글",
  ]);
});

test("a value is shown as it is, also where it looks like a place or a text of ours", () => {
  const { t } = create();

  expect(t("home:hello", { name: "{{count}} $t(home:posts) $&" })).toBe("Hello, {{count}} $t(home:posts) $&!");
});

test("keys are checked, and a language that lacks one does not compile", () => {
  const { t } = create();

  // @ts-expect-error: there is no such text
  void (() => t("home:goodbye"));
  // @ts-expect-error: the plural is chosen by count, not by hand
  void (() => t("home:posts_one"));
  void texts({
    en: { both: "Both", english: "Only here" },
    // @ts-expect-error: `english` is missing
    ko: { both: "둘 다" },
  });
});

test.each([
  [["ko-KR", "en"], "ko"],
  [["fr", "ko"], "ko"],
  [["fr"], "en"],
  [[], "en"],
])("a browser that wants %j gets %s", (browser, expected) => {
  expect(create(browser).language).toBe(expected);
  expect(document.documentElement.lang).toBe(expected);
});

test("a choice is kept, and stands above the browser's", () => {
  create().setLanguage("ko");

  expect(create(["en"]).language).toBe("ko");
});

test("a choice of another tab is followed", () => {
  const i18n = create();
  const told = vi.fn();
  i18n.onChange(told);

  localStorage.setItem("language", "ko");
  dispatchEvent(new StorageEvent("storage", { key: "language" }));

  expect(told.mock.calls).toEqual([["ko"]]);
  expect([i18n.language, document.documentElement.lang]).toEqual(["ko", "ko"]);
});

test.each([
  ["2026-11-23T12:00:30", "now", "지금"],
  ["2026-11-23T11:59:00", "1 minute ago", "1분 전"],
  ["2026-11-23T12:05:00", "in 5 minutes", "5분 후"],
  ["2026-11-23T02:00:00", "10 hours ago", "10시간 전"],
  ["2026-11-22T12:30:00", "yesterday", "어제"],
  ["2026-11-24T00:01:00", "tomorrow", "내일"],
  ["2026-11-20T23:59:00", "3 days ago", "3일 전"],
  ["2026-11-01T12:00:00", "November 1, 2026", "2026년 11월 1일"],
  ["2027-01-01T00:00:00", "January 1, 2027", "2027년 1월 1일"],
])("at noon of 23 November, %s is %s", (date, english, korean) => {
  const { formatRelative, setLanguage } = create();

  expect(formatRelative(date, "2026-11-23T12:00:00")).toBe(english);
  setLanguage("ko");
  expect(formatRelative(date, "2026-11-23T12:00:00")).toBe(korean);
});

test("shortly after midnight, the last evening is minutes or hours ago, not yesterday", () => {
  const { formatRelative } = create();

  expect(formatRelative("2026-11-22T23:50:00", "2026-11-23T00:10:00")).toBe("20 minutes ago");
  expect(formatRelative("2026-11-22T22:00:00", "2026-11-23T00:10:00")).toBe("2 hours ago");
  expect(formatRelative("2026-11-22T23:00:00", "2026-11-23T09:00:00")).toBe("yesterday");
});

test("dates and numbers follow the language", () => {
  const { formatDate, formatNumber, setLanguage } = create();

  expect([formatDate("2026-11-23T15:04:00", "short"), formatNumber(12345)]).toEqual(["11/23/26", "12,345"]);
  setLanguage("ko");
  expect([formatDate("2026-11-23T15:04:00", "short"), formatDate("2026-11-23T15:04:00", "time")]).toEqual([
    "26. 11. 23.",
    "2026년 11월 23일 15:04",
  ]);
});

test("a list of dates makes one formatter", () => {
  const { formatDate, formatRelative, formatNumber } = create();
  const made = [vi.spyOn(Intl, "DateTimeFormat"), vi.spyOn(Intl, "RelativeTimeFormat"), vi.spyOn(Intl, "NumberFormat")];

  for (let day = 1; day <= 20; day += 1) {
    formatDate(Date.UTC(2025, 0, day), "short");
    formatRelative(Date.UTC(2026, 0, day), Date.UTC(2026, 0, day + 1));
    formatNumber(day);
  }

  for (const formatter of made) expect(formatter.mock.calls.length).toBeLessThanOrEqual(1);
});
