import { expect, test } from "vitest";
import { nextPath } from "@course/web/next";

test("a path of this site is kept, with its query and its place", () => {
  expect(nextPath("/editor/a-story?tab=preview#end")).toBe("/editor/a-story?tab=preview#end");
});

test.each([
  "https://evil.example/",
  "//evil.example",
  "/\\evil.example",
  "/\t/evil.example",
  "\\\\evil.example",
  "javascript:alert(1)",
  "settings",
  "",
  undefined,
  null,
  ["/settings"],
])("%j leads home", (value) => {
  expect(nextPath(value)).toBe("/");
});

test("nobody is led back to the form itself", () => {
  expect(nextPath("/login?next=/login")).toBe("/");
  expect(nextPath("/register")).toBe("/");
});
