import { expect, test } from "vitest";
import { type Change, changedWords, wordChanges } from "@/components/textDiff";

function before(changes: Change[]): string {
  return changes
    .filter((change) => change.kind !== "added")
    .map((change) => change.text)
    .join("");
}

function after(changes: Change[]): string {
  return changes
    .filter((change) => change.kind !== "removed")
    .map((change) => change.text)
    .join("");
}

test("a changed word is found as a word, in English and in Korean", () => {
  expect(wordChanges("small images win", "tiny images win")).toEqual([
    { kind: "removed", text: "small" },
    { kind: "added", text: "tiny" },
    { kind: "same", text: " images win" },
  ]);
  expect(wordChanges("이미지를 줄입니다", "컨테이너를 줄입니다")).toEqual([
    { kind: "removed", text: "이미지를" },
    { kind: "added", text: "컨테이너를" },
    { kind: "same", text: " 줄입니다" },
  ]);
});

test("neighbouring changed words are one change", () => {
  expect(wordChanges("one two three", "four five three")).toEqual([
    { kind: "removed", text: "one two" },
    { kind: "added", text: "four five" },
    { kind: "same", text: " three" },
  ]);
});

test("both texts can be read out of the changes, letter for letter", () => {
  const texts = [
    "",
    "a",
    "a b  c\n\nd",
    "a\nb c, d!",
    "가 나 다",
    "가나 다\t라",
    "x y z w v",
    "# Title\n\n- item\n- 항목 둘",
  ];

  for (const one of texts) {
    for (const other of texts) {
      const changes = wordChanges(one, other);

      expect([before(changes), after(changes)]).toEqual([one, other]);
    }
  }
});

test("equal texts have no change", () => {
  expect(wordChanges("same text", "same text")).toEqual([{ kind: "same", text: "same text" }]);
  expect(changedWords(wordChanges("same", "same"))).toBe(0);
});

test("two long texts with nothing in common do not hold the page up", () => {
  const words = (prefix: string) => Array.from({ length: 8000 }, (_, number) => `${prefix}${number}`).join(" ");
  const began = performance.now();

  const changes = wordChanges(words("a"), words("b"));

  expect(performance.now() - began).toBeLessThan(5000);
  expect([before(changes), after(changes)]).toEqual([words("a"), words("b")]);
});
