import { expect, test } from "vitest";
import { readingMinutes } from "@/features/articles/readingTime";

test("a short text takes a minute", () => {
  expect(readingMinutes("Hello.")).toBe(1);
  expect(readingMinutes("")).toBe(1);
});

test("English is counted by word, Korean by syllable, a mixture by both", () => {
  const english = "word ".repeat(238 * 3);
  const korean = "컨테이너 ".repeat(125 * 2);

  expect(readingMinutes(english)).toBe(3);
  expect(readingMinutes(korean)).toBe(2);
  expect(readingMinutes(english + korean)).toBe(5);
});
