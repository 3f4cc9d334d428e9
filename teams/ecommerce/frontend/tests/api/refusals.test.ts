import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ApiError } from "@course/web/problem";
import { explained, sentence } from "@/api/refusals";
import { refusalTexts } from "@/api/refusalTexts";

// What a customer or staff cannot meet in these pages.
const UNSEEN = [
  "wrong_credentials",
  "picture_not_found",
  "cart_not_found",
  "unknown_cursor",
  "idempotency_key_missing",
];
const PROVIDERS = ["signature_wrong", "payment_not_found", "payment_mismatch"];

test("every refusal of the shop that can be met has words of its own", () => {
  const source = readFileSync("../backend/ecommerce/errors.py", "utf8");
  const codes = [...source.matchAll(/(?:code|code, title|code, status, title) = "(\w+)"/g)].map(([, code]) => code!);

  const silent = codes
    .filter((code) => ![...UNSEEN, ...PROVIDERS].includes(code))
    .filter((code) => !(code.replace("below_zero", "below") in refusalTexts.en.title));

  expect(codes.length).toBeGreaterThan(20);
  expect(silent).toEqual([]);
});

test("a refusal is said with a way on", () => {
  expect(sentence(new ApiError("x", { status: 503, code: "provider_down" }))).toBe(
    "The payment provider does not answer. Nothing has been paid, and your order is kept. Try again in a moment.",
  );
  expect(sentence(new ApiError("x", { status: 429, code: "too_many_requests", retryAfter: 7 }))).toContain("7 seconds");
});

test("a code that nobody knows is said like its status", () => {
  expect(explained(new ApiError("x", { status: 413, code: "brand_new" })).title).toBe("This is too large.");
});

test("the place of a field is left out of its name", () => {
  const error = new ApiError("x", { status: 422, code: "invalid", fields: { "variants.0.price": ["is missing"] } });

  expect(explained(error).fields.map(({ text }) => text)).toEqual(["price is missing"]);
});
