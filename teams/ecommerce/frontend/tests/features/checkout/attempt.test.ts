import { beforeEach, expect, test } from "vitest";
import { forgetAttempt, isUnanswered, order, resume } from "@/features/checkout/attempt";
import { fakeApi, type Reply } from "../../fakeApi";
import { order as placed } from "../../samples";

const wishes = { addressId: 3, coupon: null, expectedTotal: 35_000 };
const OK: Reply = { status: 201, body: { order: placed() } };

beforeEach(() => localStorage.clear());

/** Answers one after the other; gives the keys that the requests carried. */
function answering(...replies: (Reply | Error)[]): string[] {
  const keys: string[] = [];
  fakeApi({
    "POST /api/orders": (request) => {
      keys.push(request.headers.get("Idempotency-Key") ?? "");
      const reply = replies[keys.length - 1] ?? OK;
      if (reply instanceof Error) throw reply;
      return reply;
    },
  });
  return keys;
}

test("an order whose answer got lost is asked for again under the same key", async () => {
  const keys = answering(new TypeError("The connection broke."), OK);

  await expect(order(7, wishes)).rejects.toThrow();
  expect(isUnanswered(7)).toBe(true);
  expect(await order(7, wishes)).toMatchObject({ number: placed().number });

  expect(keys[1]).toBe(keys[0]);
  expect(isUnanswered(7)).toBe(false);
});

test("a page that is loaded again finds the order", async () => {
  const keys = answering({ status: 503 }, OK);
  await expect(order(7, wishes)).rejects.toThrow();

  expect(await resume(7)).toMatchObject({ number: placed().number });

  expect(new Set(keys).size).toBe(1);
});

test.each([
  ["another total", { ...wishes, expectedTotal: 40_000 }],
  ["another address", { ...wishes, addressId: 4 }],
  ["a coupon", { ...wishes, coupon: "WELCOME10" }],
])("%s is another order", async (_, others) => {
  const keys = answering({ status: 503 }, OK);
  await expect(order(7, wishes)).rejects.toThrow();

  await order(7, others);

  expect(keys[1]).not.toBe(keys[0]);
});

test("after an answer the same wishes are a new order", async () => {
  const keys = answering(OK, OK, { status: 409 }, OK);

  await order(7, wishes);
  await order(7, wishes);
  await expect(order(7, wishes)).rejects.toThrow();
  forgetAttempt();
  await order(7, wishes);

  expect(new Set(keys).size).toBe(4);
});

test("another customer at the same computer does not send it", async () => {
  answering({ status: 503 });
  await expect(order(7, wishes)).rejects.toThrow();

  expect(isUnanswered(8)).toBe(false);
  expect(await resume(8)).toBeNull();
});

test("what somebody else wrote into the storage is no order", () => {
  for (const kept of ["<script>", "null", "7", '{"user":7}', '{"user":7,"key":1,"wishes":{}}']) {
    localStorage.setItem("shop.checkout", kept);
    expect(isUnanswered(7)).toBe(false);
  }
});
