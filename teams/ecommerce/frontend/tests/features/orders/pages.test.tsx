import { fireEvent, screen } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { session } from "@/api/client";
import OrderPage from "@/features/orders/OrderPage";
import OrdersPage from "@/features/orders/OrdersPage";
import { eventStream } from "../../eventStream";
import { fakeApi, type Reply } from "../../fakeApi";
import { order, user } from "../../samples";
import { showAt } from "../../showAt";

const PATH = `/api/orders/${order().number}`;
const DOWN: Reply = { status: 500, body: { code: "internal_server_error" } };

beforeEach(() => {
  localStorage.clear();
  session.begin({ access: "access", refresh: "refresh" }, user);
});

function showOrder(replies: Parameters<typeof fakeApi>[0]) {
  const stream = eventStream();
  const asked = fakeApi({ [`GET ${PATH}/stream`]: stream.connect, ...replies });
  return { stream, asked, ...showAt(OrderPage, "/orders/:number", `/orders/${order().number}`) };
}

test("a pending order can be paid and cancelled, and says how long it is kept", async () => {
  showOrder({
    [`GET ${PATH}`]: { body: { order: order({ expiresAt: new Date(Date.now() + 600_000).toISOString() }) } },
  });

  expect(await screen.findByRole("button", { name: "Pay ₩35,000" })).toBeTruthy();
  expect(screen.getByRole("button", { name: "Cancel the order" })).toBeTruthy();
  expect(screen.getByText(/Kept for you for/)).toBeTruthy();
});

test("paid arrives by itself, is said aloud, and leaves nothing to pay", async () => {
  let stored = order();
  const { stream } = showOrder({ [`GET ${PATH}`]: () => ({ body: { order: stored } }) });
  await screen.findByText(/This page follows the order by itself/);

  const moved = { number: order().number, state: "paid", at: "2026-11-25T10:01:00.000Z" } as const;
  stored = order({ state: "paid", history: [...order().history, { ...moved, reason: "" }] });
  stream.send("order.moved", moved);

  expect(await screen.findByText("Thank you. Your payment has arrived.")).toBeTruthy();
  expect(screen.getByRole("status").textContent).toContain(order().number);
  expect(screen.queryByRole("button", { name: /Pay/ })).toBeNull();
});

test("while it loads nothing can be pressed; an order that is not there leads to the others", async () => {
  let answer: (reply: Reply) => void = () => undefined;
  const late = new Promise<Reply>((resolve) => (answer = resolve));
  showOrder({ [`GET ${PATH}`]: () => late });
  expect(screen.queryAllByRole("button")).toEqual([]);

  answer({ status: 404, body: { code: "order_not_found" } });

  expect(await screen.findByRole("heading", { name: "There is no such order" })).toBeTruthy();
  expect(screen.getByRole("link", { name: "Your orders" })).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Try again" })).toBeNull();
});

test("an order that could not be loaded is asked for again", async () => {
  let isDown = true;
  showOrder({ [`GET ${PATH}`]: () => (isDown ? DOWN : { body: { order: order({ state: "shipped" }) } }) });
  const again = await screen.findByRole("button", { name: "Try again" });

  isDown = false;
  fireEvent.click(again);

  expect(await screen.findByText("It is on its way to you.")).toBeTruthy();
});

test("a provider that does not answer is told beside the button, and the order is looked at again", async () => {
  const { asked } = showOrder({
    [`GET ${PATH}`]: { body: { order: order() } },
    [`POST ${PATH}/payment`]: { status: 409, body: { code: "illegal_move" } },
  });
  await screen.findByText(/This page follows the order by itself/);
  const before = asked.filter((one) => one === `GET ${PATH}`).length;

  fireEvent.click(await screen.findByRole("button", { name: "Pay ₩35,000" }));

  expect(await screen.findByText(/The order has moved on meanwhile\./)).toBeTruthy();
  await expect.poll(() => asked.filter((one) => one === `GET ${PATH}`).length).toBeGreaterThan(before);
});

test("who has ordered nothing is led to the products", async () => {
  fakeApi({ "GET /api/orders": { body: { orders: [], next: null } } });

  showAt(OrdersPage, "/orders");

  expect(await screen.findByText("You have not ordered anything yet")).toBeTruthy();
  expect(screen.getByRole("link").getAttribute("href")).toBe("/search");
});

test("orders come page after page", async () => {
  fakeApi({
    "GET /api/orders": ({ url }) =>
      url.includes("cursor=2")
        ? { body: { orders: [order({ number: "261124-OLD" })], next: null } }
        : { body: { orders: [order()], next: "2" } },
  });
  showAt(OrdersPage, "/orders");

  fireEvent.click(await screen.findByRole("button", { name: "Show more" }));

  expect(await screen.findByText(/261124-OLD/)).toBeTruthy();
  expect(screen.getByText(new RegExp(order().number))).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Show more" })).toBeNull();
});

test("a list of orders that could not be loaded is asked for again", async () => {
  let isDown = true;
  fakeApi({ "GET /api/orders": () => (isDown ? DOWN : { body: { orders: [order()], next: null } }) });
  showAt(OrdersPage, "/orders");
  const again = await screen.findByRole("button", { name: "Try again" });

  isDown = false;
  fireEvent.click(again);

  expect(await screen.findByText(new RegExp(order().number))).toBeTruthy();
});
