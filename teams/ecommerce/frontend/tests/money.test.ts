import { expect, test } from "vitest";
import { money } from "@/money";

test.each([
  [32_000, "KRW", "en", "₩32,000"],
  [32_000, "KRW", "ko", "₩32,000"],
  [1_250, "USD", "en", "$12.50"],
  [5, "USD", "en", "$0.05"],
  [0, "KRW", "ko", "₩0"],
])("%i of the smallest unit of %s is %s: %s", (minor, currency, language, said) => {
  expect(money(minor, currency, language)).toBe(said);
});
