import { expect, test } from "vitest";
import { replacementFor } from "@/features/editor/markdownKeys";

function selection(key: string, selected: string): [string, string] {
  const made = replacementFor(key, selected)!;
  return [made.text, made.text.slice(made.selectFrom, made.selectTo)];
}

test("what is selected gets its marks and stays selected", () => {
  expect(selection("b", "word")).toEqual(["**word**", "word"]);
  expect(selection("i", "낱말")).toEqual(["*낱말*", "낱말"]);
  expect(selection("b", "")).toEqual(["****", ""]);
});

test("marks are taken off by the same key", () => {
  expect(selection("b", "**word**")).toEqual(["word", "word"]);
});

test("a link asks for what it lacks", () => {
  expect(selection("k", "word")).toEqual(["[word](https://)", "https://"]);
  expect(selection("k", "https://a.example/b")).toEqual(["[](https://a.example/b)", ""]);
});

test("other keys are left alone", () => {
  expect(replacementFor("x", "word")).toBeNull();
});
