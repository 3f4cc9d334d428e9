import { fireEvent, screen } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { session } from "@/api/client";
import StaffOrdersPage from "@/features/staff/StaffOrdersPage";
import StaffProductPage from "@/features/staff/StaffProductPage";
import StaffProductsPage from "@/features/staff/StaffProductsPage";
import { fakeApi, type Reply } from "../../fakeApi";
import { order, product, user } from "../../samples";
import { showAt } from "../../showAt";

const DOWN: Reply = { status: 500, body: { code: "internal_server_error" } };
const CATEGORIES: Reply = { body: { categories: [{ slug: "kitchen", name: { en: "Kitchen", ko: "주방" } }] } };

beforeEach(() => {
  localStorage.clear();
  session.begin({ access: "access", refresh: "refresh" }, { ...user, staff: true });
});

test.each([StaffOrdersPage, StaffProductsPage, StaffProductPage])("customers see nothing of it", (Page) => {
  session.update(user);
  // The page of a product is everybody's; what only staff see is not asked for.
  const asked = fakeApi({ "GET /api/products/a-mug": { body: { product: product() } } });

  showAt(Page, "/staff/:slug", "/staff/a-mug");

  expect(screen.getByRole("heading", { name: "This page is for staff" })).toBeTruthy();
  expect(asked.filter((one) => !one.endsWith("/api/products/a-mug"))).toEqual([]);
});

test("no order in a state is said, and one that could not be loaded is asked for again", async () => {
  let isDown = true;
  fakeApi({ "GET /api/staff/orders": () => (isDown ? DOWN : { body: { orders: [], next: null } }) });
  showAt(StaffOrdersPage, "/staff/orders", "/staff/orders?state=paid");
  const again = await screen.findByRole("button", { name: "Try again" });

  isDown = false;
  fireEvent.click(again);

  expect(await screen.findByText("No order is in this state")).toBeTruthy();
  expect((screen.getByRole("radio", { name: "Paid" }) as HTMLInputElement).checked).toBe(true);
});

test("an order offers the moves that lead on from its state, and shows the next ones once it has moved", async () => {
  let stored = order({ state: "paid" });
  let sent: unknown;
  fakeApi({
    "GET /api/staff/orders": () => ({ body: { orders: [stored], next: null } }),
    [`POST /api/staff/orders/${order().number}/moves`]: async (request) => {
      sent = await request.json();
      stored = order({ state: "packed" });
      return { body: { order: stored } };
    },
  });
  showAt(StaffOrdersPage, "/staff/orders");

  fireEvent.click(await screen.findByRole("button", { name: `Packed: order ${order().number}` }));

  expect(await screen.findByRole("button", { name: `Hand over to the carrier: order ${order().number}` })).toBeTruthy();
  expect(screen.queryByRole("button", { name: `Packed: order ${order().number}` })).toBeNull();
  expect(sent).toEqual({ to: "packed" });
});

test("a move that came too late shows how the order stands", async () => {
  let stored = order({ state: "paid" });
  fakeApi({
    "GET /api/staff/orders": () => ({ body: { orders: [stored], next: null } }),
    [`POST /api/staff/orders/${order().number}/moves`]: () => {
      stored = order({ state: "refunded" });
      return { status: 409, body: { code: "illegal_move" } };
    },
  });
  showAt(StaffOrdersPage, "/staff/orders");

  fireEvent.click(await screen.findByRole("button", { name: `Packed: order ${order().number}` }));

  await expect.poll(() => document.querySelector("tr [data-state=refunded]")).toBeTruthy();
  expect(screen.queryByRole("button", { name: new RegExp(order().number) })).toBeNull();
});

test("no product fits, or the products could not be loaded", async () => {
  let isDown = true;
  fakeApi({ "GET /api/products": () => (isDown ? DOWN : { body: { products: [], next: null } }) });
  showAt(StaffProductsPage, "/staff/products", "/staff/products?q=nothing");
  const again = await screen.findByRole("button", { name: "Try again" });

  isDown = false;
  fireEvent.click(again);

  expect(await screen.findByText("No product fits")).toBeTruthy();
});

test("a product that is gone says so", async () => {
  fakeApi({ "GET /api/products/a-mug": { status: 404, body: { code: "product_not_found" } } });

  showAt(StaffProductPage, "/staff/products/:slug", "/staff/products/a-mug");

  expect(await screen.findByText("This product is not in the shop any more.")).toBeTruthy();
});

test("a title that is refused stays in its field, with the reason", async () => {
  fakeApi({
    "GET /api/products/a-mug": { body: { product: product() } },
    "GET /api/categories": CATEGORIES,
    "PUT /api/products/a-mug": { status: 422, body: { code: "invalid", errors: { title: ["must not be blank"] } } },
  });
  showAt(StaffProductPage, "/staff/products/:slug", "/staff/products/a-mug");
  const title = (await screen.findByLabelText("Title")) as HTMLInputElement;

  fireEvent.change(title, { target: { value: " " } });
  fireEvent.click(screen.getByRole("button", { name: "Save" }));

  await expect.poll(() => document.querySelector("form .error-messages")?.textContent ?? "").not.toBe("");
  expect(title.value).toBe(" ");
});
