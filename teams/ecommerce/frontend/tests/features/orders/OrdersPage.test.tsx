import { fireEvent, screen } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import OrdersPage from "@/features/orders/OrdersPage";
import { fakeApi } from "../../fakeApi";
import { order } from "../../samples";
import { showAt } from "../../showAt";
import { signInAs } from "../../signIn";

beforeEach(() => signInAs());

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
