import { expect, test } from "vitest";
import { isComposing } from "@course/web/composition";

function enter(init: KeyboardEventInit): KeyboardEvent {
  return new KeyboardEvent("keydown", { key: "Enter", ...init });
}

test("an Enter that ends a composition is told from one that sends", () => {
  expect(isComposing(enter({ isComposing: true }))).toBe(true);
  expect(isComposing(enter({ keyCode: 229 }))).toBe(true);
  expect(isComposing(enter({ keyCode: 13 }))).toBe(false);
});
