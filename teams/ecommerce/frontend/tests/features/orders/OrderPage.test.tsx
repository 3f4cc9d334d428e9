import { fireEvent, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import OrderPage from "@/features/orders/OrderPage";
import { withMove } from "@/features/orders/useLiveOrder";
import { eventStream } from "../../eventStream";
import { fakeApi, type Reply } from "../../fakeApi";
import { order } from "../../samples";
import { showAt } from "../../showAt";
import { signInAs } from "../../signIn";

const PATH = `/api/orders/${order().number}`;

beforeEach(() => signInAs());

/** A pending order's page, with the shop behind it; `moved` is what the shop knows, and the page does not. */
function show(replies: Record<string, Reply | (() => Reply)>) {
  const shop = { order: order({ expiresAt: new Date(Date.now() + 600_000).toISOString() }) };
  const stream = eventStream();
  const asked = fakeApi({
    [`GET ${PATH}`]: () => ({ body: { order: shop.order } }),
    [`GET ${PATH}/stream`]: stream.connect,
    ...replies,
  });
  const Page = () => (
    <>
      <OrderPage />
      <ConfirmDialog />
    </>
  );
  showAt(Page, "/orders/:number", `/orders/${order().number}`);
  return { shop, stream, asked };
}

function moveTo(known: ReturnType<typeof order>, state: "paid" | "cancelled") {
  return withMove(known, { number: known.number, state, at: "2026-11-25T10:01:00.000Z" });
}

test("a pending order can be paid and cancelled, and says how long it is kept", async () => {
  show({});

  expect(await screen.findByRole("button", { name: "Pay ₩35,000" })).toBeTruthy();
  expect(screen.getByRole("button", { name: "Cancel the order" })).toBeTruthy();
  expect(screen.getByText(/Kept for you for/)).toBeTruthy();
});

test("paid arrives by itself, is said aloud, and leaves nothing to pay", async () => {
  const { shop, stream } = show({});
  await screen.findByText(/This page follows the order by itself/);

  shop.order = moveTo(shop.order, "paid");
  stream.send("order.moved", { number: order().number, state: "paid", at: "2026-11-25T10:01:00.000Z" });

  expect(await screen.findByText("Thank you. Your payment has arrived.")).toBeTruthy();
  expect(screen.getByRole("status").textContent).toContain(order().number);
  expect(screen.queryByRole("button", { name: /Pay/ })).toBeNull();
});

test("paying leads to the provider's page", async () => {
  const leave = vi.spyOn(location, "assign").mockImplementation(() => {});
  show({
    [`POST ${PATH}/payment`]: { body: { payment: { id: "1", status: "created", url: "https://pay.example/1" } } },
  });

  fireEvent.click(await screen.findByRole("button", { name: "Pay ₩35,000" }));

  await expect.poll(() => leave.mock.calls).toEqual([["https://pay.example/1"]]);
});

test("an order that was paid in another tab says so, instead of taking the money twice", async () => {
  const { shop } = show({
    [`POST ${PATH}/payment`]: () => {
      shop.order = moveTo(shop.order, "paid");
      return { status: 409, body: { code: "illegal_move" } };
    },
  });

  fireEvent.click(await screen.findByRole("button", { name: "Pay ₩35,000" }));

  expect(await screen.findByText("Thank you. Your payment has arrived.")).toBeTruthy();
  expect(screen.queryByRole("button", { name: /^Pay/ })).toBeNull();
});

test("a provider that does not answer leaves the order as it is, and says so", async () => {
  show({ [`POST ${PATH}/payment`]: { status: 503, body: { code: "provider_down" } } });

  fireEvent.click(await screen.findByRole("button", { name: "Pay ₩35,000" }));

  expect(await screen.findByText(/The payment provider does not answer/)).toBeTruthy();
  expect(screen.getByRole("button", { name: "Pay ₩35,000" })).toBeTruthy();
});

test("an order is cancelled when one means it, and not before", async () => {
  const { shop, asked } = show({
    [`POST ${PATH}/cancel`]: () => {
      shop.order = moveTo(shop.order, "cancelled");
      return { body: { order: shop.order } };
    },
  });
  const cancel = await screen.findByRole("button", { name: "Cancel the order" });

  fireEvent.click(cancel);
  fireEvent.click(await screen.findByRole("button", { name: "No, leave it" }));
  await expect.poll(() => screen.queryByText("Cancel this order?")).toBeNull();
  expect(asked.filter((one) => one.startsWith("POST"))).toEqual([]);
  fireEvent.click(cancel);
  const dialog = (await screen.findByText("Cancel this order?")).closest("dialog");
  fireEvent.click(dialog?.querySelector(".btn-danger") as HTMLElement);

  expect(await screen.findByText("Nothing was charged, and nothing will be sent.")).toBeTruthy();
});
