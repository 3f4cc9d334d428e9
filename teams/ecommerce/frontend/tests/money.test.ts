import { expect, test } from "vitest";
import { amountIn, money, typedAmount } from "@/money";

test.each([
  [32_000, "KRW", "en", "₩32,000"],
  [32_000, "KRW", "ko", "₩32,000"],
  [1_250, "USD", "en", "$12.50"],
  [5, "USD", "en", "$0.05"],
  [0, "KRW", "ko", "₩0"],
])("%i of the smallest unit of %s is %s: %s", (minor, currency, language, said) => {
  expect(money(minor, currency, language)).toBe(said);
});

test.each([
  ["12.5", "USD", 1_250],
  ["1,234.56", "USD", 123_456],
  ["0.07", "USD", 7],
  ["16000", "KRW", 16_000],
  ["", "USD", null],
  ["12.505", "USD", undefined],
  ["12.5", "KRW", undefined],
  ["-1", "KRW", undefined],
  ["much", "USD", undefined],
])("%s of %s are %s of its smallest unit", (typed, currency, minor) => {
  expect(amountIn(typed, currency)).toBe(minor);
});

test.each(["USD", "KRW"])("an amount of %s stays what it is when it is shown to be changed", (currency) => {
  for (const minor of [1, 7, 99, 100, 1_234_567]) expect(amountIn(typedAmount(minor, currency), currency)).toBe(minor);
});
