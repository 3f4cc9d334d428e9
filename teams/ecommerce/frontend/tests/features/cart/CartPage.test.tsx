import { fireEvent, screen } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { session } from "@/api/client";
import CartPage from "@/features/cart/CartPage";
import { guestCart } from "@/hooks/guestCart";
import { fakeApi } from "../../fakeApi";
import { cart } from "../../samples";
import { showAt } from "../../showAt";

const CART = `/api/carts/${cart().id}`;

beforeEach(async () => {
  await session.end();
  localStorage.clear();
  guestCart.begin(cart().id);
});

test("a guest's cart shows its lines and what it costs", async () => {
  fakeApi({ [`GET ${CART}`]: { body: { cart: cart() } } });

  showAt(CartPage, "/cart");

  expect(await screen.findByRole("link", { name: "A mug" })).toBeTruthy();
  expect(document.querySelector("dd.totals-total")?.textContent).toBe("₩35,000");
});

test("without a cart there is nothing to ask for", async () => {
  guestCart.forget();
  const asked = fakeApi({});

  showAt(CartPage, "/cart");

  expect(await screen.findByText("Your cart is empty")).toBeTruthy();
  expect(asked).toEqual([]);
});

test("a cart that is gone is an empty one, and is forgotten", async () => {
  fakeApi({ [`GET ${CART}`]: { status: 404, body: { code: "cart_not_found" } } });

  showAt(CartPage, "/cart");

  expect(await screen.findByText("Your cart is empty")).toBeTruthy();
  expect(guestCart.id()).toBeNull();
});

test("a coupon that does not count says why, and the cart is shown without it", async () => {
  guestCart.setCoupon("GONE");
  fakeApi({
    [`GET ${CART}`]: (request) =>
      request.url.includes("coupon=GONE")
        ? { status: 409, body: { code: "coupon_expired", title: "The coupon has expired." } }
        : { body: { cart: cart() } },
  });

  showAt(CartPage, "/cart");

  expect(await screen.findByText(/This coupon has expired/)).toBeTruthy();
  expect(screen.getByRole("link", { name: "A mug" })).toBeTruthy();
});

test("one more is put, and the new total is shown", async () => {
  let quantity = 2;
  const lines = () => [{ ...cart().lines[0], quantity }];
  const asked = fakeApi({
    [`GET ${CART}`]: () => ({ body: { cart: cart({ total: quantity * 1000, lines: lines() as never }) } }),
    [`PUT ${CART}/lines/1`]: async (request) => {
      quantity = ((await request.json()) as { quantity: number }).quantity;
      return { body: { cart: cart() } };
    },
  });
  showAt(CartPage, "/cart");

  fireEvent.click(await screen.findByRole("button", { name: "One more" }));

  expect(await screen.findByText("Total: ₩3,000")).toBeTruthy();
  expect(asked.filter((one) => one.startsWith("PUT"))).toHaveLength(1);
});

test("a refusal stands beside the line that it is about", async () => {
  fakeApi({
    [`GET ${CART}`]: { body: { cart: cart() } },
    [`PUT ${CART}/lines/1`]: { status: 409, body: { code: "too_many_in_cart" } },
  });
  showAt(CartPage, "/cart");

  fireEvent.click(await screen.findByRole("button", { name: "One more" }));

  expect(await screen.findByText(/The cart is full/)).toBeTruthy();
});
