import { expect, test } from "vitest";
import { minutes } from "@/features/orders/Countdown";
import { withMove } from "@/features/orders/useLiveOrder";
import { order } from "../../samples";

const paid = { number: "261125-ABC", state: "paid", at: "2026-11-25T10:01:00.000Z" } as const;

test("a move is the order's state and the end of its history", () => {
  const moved = withMove(order(), paid);

  expect(moved.state).toBe("paid");
  expect(moved.history.map(({ state }) => state)).toEqual(["pending", "paid"]);
});

test("a move that is told again, or late, changes nothing", () => {
  const moved = withMove(withMove(order(), paid), { ...paid, state: "packed" });

  expect(withMove(moved, paid)).toBe(moved);
});

test.each([
  [845_000, "14:05"],
  [59_001, "1:00"],
  [900, "0:01"],
  [-5, "0:00"],
])("%i ms are %s", (milliseconds, said) => {
  expect(minutes(milliseconds)).toBe(said);
});
