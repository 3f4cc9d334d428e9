import { fireEvent, screen } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import CheckoutPage from "@/features/checkout/CheckoutPage";
import { guestCart } from "@/hooks/guestCart";
import { fakeApi, type Reply } from "../../fakeApi";
import { cart, order } from "../../samples";
import { showAt } from "../../showAt";
import { signInAs } from "../../signIn";

interface Sent {
  key: string;
  body: { addressId: number; coupon: string | null; expectedTotal: number };
}

beforeEach(() => signInAs());

/** The checkout of a cart, in a shop that takes an order as it is told; gives the orders that were sent. */
function checkOut({
  priced = () => ({ body: { cart: cart() } }),
  order: answer = () => ({ status: 201, body: { order: order() } }),
  addresses = [order().address],
}: {
  priced?: (coupon: string) => Reply;
  order?: (sent: Sent) => Reply;
  addresses?: unknown[];
}) {
  const orders: Sent[] = [];
  fakeApi({
    "GET /api/cart": (request) => priced(new URL(request.url).searchParams.get("coupon") ?? ""),
    "GET /api/user/addresses": () => ({ body: { addresses } }),
    "POST /api/user/addresses": async (request) => {
      addresses = [{ ...((await request.json()) as object), id: 4 }];
      return { status: 201, body: { address: addresses[0] } };
    },
    "POST /api/orders": async (request) => {
      const sent = { key: request.headers.get("Idempotency-Key") ?? "", body: (await request.json()) as Sent["body"] };
      orders.push(sent);
      return answer(sent);
    },
  });
  return { orders, ...showAt(CheckoutPage, "/checkout") };
}

async function press(name: string): Promise<void> {
  fireEvent.click(await screen.findByRole("button", { name }));
}

test("what is seen is what is ordered, once, and its page is next", async () => {
  const { orders, router } = checkOut({});
  const button = await screen.findByRole("button", { name: "Order for ₩35,000" });

  fireEvent.click(button);
  fireEvent.click(button);

  await expect.poll(() => router.state.location.pathname).toBe(`/orders/${order().number}`);
  expect(orders.map(({ body }) => body)).toEqual([{ addressId: 3, coupon: null, expectedTotal: 35_000 }]);
});

test("without an address nothing is ordered, and with the first one it can be", async () => {
  const { orders } = checkOut({ addresses: [] });
  expect(await screen.findByText("Choose an address first.")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Order for ₩35,000" })).toHaveProperty("disabled", true);
  fireEvent.change(screen.getByLabelText("recipient"), { target: { value: "Kim" } });

  await press("Save address");
  await expect.poll(() => screen.queryByText("Choose an address first.")).toBeNull();
  await press("Order for ₩35,000");

  await expect.poll(() => orders.map(({ body }) => body.addressId)).toEqual([4]);
});

test("a coupon that does not count any more is named, and the order goes on without it", async () => {
  guestCart.setCoupon("GONE");
  const { orders } = checkOut({
    priced: (coupon) =>
      coupon ? { status: 409, body: { code: "coupon_expired", title: "x" } } : { body: { cart: cart() } },
  });

  expect(await screen.findByText(/This coupon has expired\. The order goes on without it\./)).toBeTruthy();
  await press("Order for ₩35,000");

  await expect.poll(() => orders.map(({ body }) => body.coupon)).toEqual([null]);
});

test("a coupon whose last use somebody else had is refused, and the new total is shown", async () => {
  guestCart.setCoupon("LAST");
  let isUsedUp = false;
  const usedUp: Reply = { status: 409, body: { code: "coupon_used_up", title: "x" } };
  const { orders } = checkOut({
    priced: (coupon) =>
      coupon && isUsedUp ? usedUp : { body: { cart: coupon ? cart({ discount: 3_200, total: 31_800 }) : cart() } },
    order: ({ body }) => {
      isUsedUp = true;
      return body.coupon ? usedUp : { status: 201, body: { order: order() } };
    },
  });

  await press("Order for ₩31,800");
  expect(await screen.findByText(/This coupon has been used up/)).toBeTruthy();
  await press("Order for ₩35,000");

  await expect.poll(() => orders.map(({ body }) => body.coupon)).toEqual(["LAST", null]);
  expect(orders[1]?.key).not.toBe(orders[0]?.key);
});

test("what sold out between the cart and the checkout is named, with the way to the cart", async () => {
  const { orders } = checkOut({
    order: () => ({
      status: 409,
      body: { code: "out_of_stock", title: "x", errors: { "MUG-S": ["is out of stock"] } },
    }),
  });

  await press("Order for ₩35,000");

  const alert = (await screen.findByText(/There is not enough of it left/)).closest("[role=alert]");
  expect(alert?.textContent).toContain("Not enough left of: A mug.");
  expect(alert?.querySelector("a")?.getAttribute("href")).toBe("/cart");
  expect(orders).toHaveLength(1);
});

test("a price that changed since the cart is shown before it is charged", async () => {
  let total = 35_000;
  const { orders } = checkOut({
    priced: () => ({ body: { cart: cart({ subtotal: total - 3_000, total }) } }),
    order: ({ body }) => {
      total = 40_000;
      const isNew = body.expectedTotal === total;
      return isNew ? { status: 201, body: { order: order() } } : { status: 409, body: { code: "price_changed" } };
    },
  });

  await press("Order for ₩35,000");
  expect(await screen.findByText("The total is ₩40,000 now.")).toBeTruthy();
  await press("Order for ₩40,000");

  await expect.poll(() => orders.map(({ body }) => body.expectedTotal)).toEqual([35_000, 40_000]);
  // Another wish, so another key: the first one was answered.
  expect(orders[1]?.key).not.toBe(orders[0]?.key);
});

test("an order whose answer got lost is sent again under its key", async () => {
  let tries = 0;
  const { orders, router } = checkOut({
    order: () => {
      tries += 1;
      if (tries === 1) throw new TypeError("Failed to fetch");
      return { status: 201, body: { order: order() } };
    },
  });

  await press("Order for ₩35,000");
  expect(await screen.findByText(/The server cannot be reached/)).toBeTruthy();
  await press("Order for ₩35,000");

  await expect.poll(() => router.state.location.pathname).toBe(`/orders/${order().number}`);
  expect(orders[1]).toEqual(orders[0]);
});
