/** What every page that loads something shows while it loads, when there is nothing, and when it cannot be had. */
import { fireEvent, screen, waitFor } from "@testing-library/react";
import type { ComponentType } from "react";
import { beforeEach, expect, test, vi } from "vitest";
import CheckoutPage from "@/features/checkout/CheckoutPage";
import OrderPage from "@/features/orders/OrderPage";
import OrdersPage from "@/features/orders/OrdersPage";
import StaffOrdersPage from "@/features/staff/StaffOrdersPage";
import StaffProductPage from "@/features/staff/StaffProductPage";
import StaffProductsPage from "@/features/staff/StaffProductsPage";
import { eventStream } from "./eventStream";
import { fakeApi, type Reply } from "./fakeApi";
import { cart, order, product, user } from "./samples";
import { showAt } from "./showAt";
import { signInAs } from "./signIn";

type Replies = Record<string, Reply>;

interface Case {
  Page: ComponentType;
  pattern: string;
  address?: string;
  full: () => Replies;
  /** A text that is there when all is. */
  shown: string;
  empty: Replies;
  /** What is said instead. */
  says: string;
}

const ORDER = `GET /api/orders/${order().number}`;
const PRODUCT = `GET /api/products/${product().slug}`;
const CATEGORIES = { "GET /api/categories": { body: { categories: [] } } };
const ADDRESSES = { "GET /api/user/addresses": { body: { addresses: [order().address] } } };

const PAGES: Record<string, Case> = {
  checkout: {
    Page: CheckoutPage,
    pattern: "/checkout",
    full: () => ({ "GET /api/cart": { body: { cart: cart() } }, ...ADDRESSES }),
    shown: "Order for ₩35,000",
    empty: { "GET /api/cart": { body: { cart: cart({ lines: [] }) } } },
    says: "There is nothing to order",
  },
  "an order": {
    Page: OrderPage,
    pattern: "/orders/:number",
    address: `/orders/${order().number}`,
    full: () => ({ [ORDER]: { body: { order: order() } }, [`${ORDER}/stream`]: eventStream().connect() }),
    shown: "What you ordered",
    empty: { [ORDER]: { status: 404, body: { code: "order_not_found" } } },
    says: "There is no such order",
  },
  "one's orders": {
    Page: OrdersPage,
    pattern: "/orders",
    full: () => ({ "GET /api/orders": { body: { orders: [order()], next: null } } }),
    shown: "A mug",
    empty: { "GET /api/orders": { body: { orders: [], next: null } } },
    says: "You have not ordered anything yet",
  },
  "everybody's orders": {
    Page: StaffOrdersPage,
    pattern: "/staff/orders",
    full: () => ({ "GET /api/staff/orders": { body: { orders: [order()], next: null } } }),
    shown: order().number,
    empty: { "GET /api/staff/orders": { body: { orders: [], next: null } } },
    says: "No order is in this state",
  },
  "the staff's products": {
    Page: StaffProductsPage,
    pattern: "/staff/products",
    full: () => ({ "GET /api/products": { body: { products: [product()], next: null } } }),
    shown: "A mug",
    empty: { "GET /api/products": { body: { products: [], next: null } } },
    says: "No product fits",
  },
  "the staff's page of a product": {
    Page: StaffProductPage,
    pattern: "/staff/products/:slug",
    address: `/staff/products/${product().slug}`,
    full: () => ({ [PRODUCT]: { body: { product: product() } }, ...CATEGORIES }),
    shown: "2 on the shelf",
    empty: { [PRODUCT]: { status: 404, body: { code: "product_not_found" } } },
    says: "This product is not in the shop any more.",
  },
};
const ALL = Object.entries(PAGES);

beforeEach(() => signInAs({ ...user, staff: true }));

/** Shows the page over a server that behaves as `mind` says, request after request. */
function show({ Page, pattern, address }: Case, replies: Replies, mind: () => Promise<Reply | null>): void {
  const minded = Object.entries(replies).map(([what, reply]) => [what, async () => (await mind()) ?? reply]);
  fakeApi({ "GET /api/health/live": { body: {} }, ...Object.fromEntries(minded) });
  showAt(Page, pattern, address);
}

test.each(ALL)("%s: says that it is loading until it is there", async (_, page) => {
  let answer: (reply: null) => void = () => {};
  const answered = new Promise<null>((resolve) => (answer = resolve));
  show(page, page.full(), () => answered);
  expect(await screen.findByText("Loading")).toBeTruthy();
  expect(screen.queryByText(page.shown)).toBeNull();

  answer(null);

  expect(await screen.findByText(page.shown)).toBeTruthy();
  expect(screen.queryByText("Loading")).toBeNull();
});

test.each(ALL)("%s: says so when there is nothing", async (_, page) => {
  show(page, { ...page.full(), ...page.empty }, () => Promise.resolve(null));

  expect((await screen.findAllByText(page.says)).length).toBeGreaterThan(0);
  expect(screen.queryByText(page.shown)).toBeNull();
});

test.each(ALL)("%s: says what went wrong, and tries again", async (_, page) => {
  let isBroken = true;
  show(page, page.full(), () => Promise.resolve(isBroken ? { status: 500, body: { code: "failed" } } : null));
  const alert = await screen.findByText("Something went wrong.");
  expect(alert.closest("[role=alert]")).toBeTruthy();

  isBroken = false;
  fireEvent.click(screen.getByRole("button", { name: "Try again" }));

  expect(await screen.findByText(page.shown)).toBeTruthy();
});

test.each(ALL)(
  "%s: says that one is offline, and goes on afterwards",
  async (_, page) => {
    const line = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
    show(page, page.full(), () =>
      navigator.onLine ? Promise.resolve(null) : Promise.reject(new TypeError("Failed to fetch")),
    );
    expect(await screen.findByText("You are offline.", {}, { timeout: 10_000 })).toBeTruthy();

    line.mockReturnValue(true);
    fireEvent.click(screen.getByRole("button", { name: "Try again" }));

    await waitFor(() => expect(screen.getByText(page.shown)).toBeTruthy(), { timeout: 10_000 });
  },
  20_000,
);

test.each(ALL.filter(([, { pattern }]) => pattern.startsWith("/staff")))(
  "%s: is closed to customers, and asks for nothing that they may not see",
  async (_, { Page, pattern, address }) => {
    await signInAs();
    const asked = fakeApi({ [PRODUCT]: { body: { product: product() } } });

    showAt(Page, pattern, address);

    expect(await screen.findByText("This page is for staff")).toBeTruthy();
    expect(asked.filter((one) => one !== PRODUCT)).toEqual([]);
  },
);
