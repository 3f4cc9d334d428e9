import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { MOVES } from "@/features/staff/moves";

test("staff are offered the moves that the shop allows, except the payment's", () => {
  const source = readFileSync("../backend/ecommerce/services/order_states.py", "utf8");
  const table = /MOVES = \{(.*?)\n\}/s.exec(source)?.[1] ?? "";
  const allowed = [...table.matchAll(/"(\w+)": (?:\{(.*?)\}|set\(\))/g)].map(([, from, to = ""]) => [
    from,
    [...to.matchAll(/"(\w+)"/g)].map(([, state]) => state).filter((state) => state !== "paid"),
  ]);

  expect(MOVES).toEqual(Object.fromEntries(allowed));
});
