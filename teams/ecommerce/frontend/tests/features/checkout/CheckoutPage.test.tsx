import { fireEvent, screen } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { session } from "@/api/client";
import CheckoutPage from "@/features/checkout/CheckoutPage";
import { guestCart } from "@/hooks/guestCart";
import { fakeApi, type Reply } from "../../fakeApi";
import { cart, order, user } from "../../samples";
import { showAt } from "../../showAt";

const address = order().address;
const ADDRESSES: Reply = { body: { addresses: [address] } };
const CART: Reply = { body: { cart: cart() } };

beforeEach(() => {
  localStorage.clear();
  session.begin({ access: "access", refresh: "refresh" }, user);
});

function orderButton() {
  return screen.findByRole("button", { name: "Order for ₩35,000" });
}

test("until cart and addresses are there nothing can be ordered", async () => {
  let answer: (reply: Reply) => void = () => undefined;
  const late = new Promise<Reply>((resolve) => (answer = resolve));
  fakeApi({ "GET /api/cart": CART, "GET /api/user/addresses": () => late });

  showAt(CheckoutPage, "/checkout");

  expect(document.querySelector("[aria-busy=true], .skeleton")).toBeTruthy();
  expect(screen.queryByRole("button", { name: /Order for/ })).toBeNull();
  answer(ADDRESSES);
  expect(await orderButton()).toBeTruthy();
});

test("without an address there is a form for one, and no order yet", async () => {
  fakeApi({ "GET /api/cart": CART, "GET /api/user/addresses": { body: { addresses: [] } } });

  showAt(CheckoutPage, "/checkout");

  expect(((await orderButton()) as HTMLButtonElement).disabled).toBe(true);
  expect(screen.getByRole("heading", { name: "New address" })).toBeTruthy();
  expect(screen.getByText("Choose an address first.")).toBeTruthy();
});

test("an empty cart leads to the orders", async () => {
  fakeApi({ "GET /api/cart": { body: { cart: cart({ lines: [] }) } }, "GET /api/user/addresses": ADDRESSES });

  showAt(CheckoutPage, "/checkout");

  expect(await screen.findByText("There is nothing to order")).toBeTruthy();
  expect(screen.getByRole("link", { name: "To your orders" })).toBeTruthy();
});

test("what could not be loaded is asked for again", async () => {
  let isDown = true;
  fakeApi({
    "GET /api/cart": CART,
    "GET /api/user/addresses": () => (isDown ? { status: 500, body: { code: "internal_server_error" } } : ADDRESSES),
  });
  showAt(CheckoutPage, "/checkout");
  const again = await screen.findByRole("button", { name: "Try again" });

  isDown = false;
  fireEvent.click(again);

  expect(await orderButton()).toBeTruthy();
});

test("an order is placed for the total that was seen, and its page opens", async () => {
  let sent: unknown;
  fakeApi({
    "GET /api/cart": CART,
    "GET /api/user/addresses": ADDRESSES,
    "POST /api/orders": async (request) => {
      sent = await request.json();
      return { status: 201, body: { order: order() } };
    },
  });
  const { router } = showAt(CheckoutPage, "/checkout");

  fireEvent.click(await orderButton());

  await expect.poll(() => router.state.location.pathname).toBe(`/orders/${order().number}`);
  expect(sent).toEqual({ addressId: address.id, coupon: null, expectedTotal: 35_000 });
});

test("what sold out between cart and checkout is named, with the way to the cart", async () => {
  fakeApi({
    "GET /api/cart": CART,
    "GET /api/user/addresses": ADDRESSES,
    "POST /api/orders": { status: 409, body: { code: "out_of_stock", errors: { "MUG-S": ["is out of stock"] } } },
  });
  const { router } = showAt(CheckoutPage, "/checkout");

  fireEvent.click(await orderButton());

  expect(await screen.findByText(/Not enough left of: A mug\./)).toBeTruthy();
  expect(screen.getAllByRole("link", { name: "Change the cart" }).length).toBeGreaterThan(0);
  expect(router.state.location.pathname).toBe("/checkout");
});

test("a new total is shown before it is charged", async () => {
  let total = 35_000;
  fakeApi({
    "GET /api/cart": () => ({ body: { cart: cart({ total }) } }),
    "GET /api/user/addresses": ADDRESSES,
    "POST /api/orders": () => {
      total = 45_000;
      return { status: 409, body: { code: "price_changed" } };
    },
  });
  showAt(CheckoutPage, "/checkout");

  fireEvent.click(await orderButton());

  expect(await screen.findByText("The total is ₩45,000 now.")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Order for ₩45,000" })).toBeTruthy();
});

test("a coupon that is refused by the checkout says why, and the next try goes on without it", async () => {
  guestCart.setCoupon("ONCE");
  const bodies: { coupon: string | null }[] = [];
  let isUsedUp = false;
  const refusal: Reply = { status: 409, body: { code: "coupon_used_up" } };
  fakeApi({
    "GET /api/cart": ({ url }) => (isUsedUp && url.includes("coupon=ONCE") ? refusal : CART),
    "GET /api/user/addresses": ADDRESSES,
    "POST /api/orders": async (request) => {
      bodies.push((await request.json()) as { coupon: string | null });
      isUsedUp = true;
      return bodies.length === 1 ? refusal : { status: 201, body: { order: order() } };
    },
  });
  const { router } = showAt(CheckoutPage, "/checkout");

  fireEvent.click(await orderButton());
  expect(await screen.findByText(/This coupon has been used up\./)).toBeTruthy();
  fireEvent.click(await orderButton());

  await expect.poll(() => router.state.location.pathname).toBe(`/orders/${order().number}`);
  expect(bodies.map(({ coupon }) => coupon)).toEqual(["ONCE", null]);
});
