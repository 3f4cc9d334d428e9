import { fireEvent, screen } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { ToastRegion } from "@/components/ToastRegion";
import StaffOrdersPage from "@/features/staff/StaffOrdersPage";
import { toasts } from "@/hooks/useToasts";
import { fakeApi, type Reply } from "../../fakeApi";
import { order, user } from "../../samples";
import { showAt } from "../../showAt";
import { signInAs } from "../../signIn";

const NUMBER = order().number;
const MOVES = `POST /api/staff/orders/${NUMBER}/moves`;

beforeEach(() => {
  toasts.clear();
  return signInAs({ ...user, staff: true });
});

/** The page over a shop of one order, which moves as it is told; gives what it was told. */
function show(state: "paid" | "packed", move: (to: string) => Reply) {
  const moves: string[] = [];
  const shop = { order: order({ state }) };
  fakeApi({
    "GET /api/staff/orders": () => ({ body: { orders: [shop.order], next: null } }),
    [MOVES]: async (request) => {
      const { to } = (await request.json()) as { to: "packed" };
      moves.push(to);
      return move(to);
    },
  });
  const Page = () => (
    <>
      <StaffOrdersPage />
      <ConfirmDialog />
      <ToastRegion />
    </>
  );
  showAt(Page, "/staff/orders");
  return { moves, shop };
}

test("an order moves on, and its next steps are others", async () => {
  const { moves, shop } = show("paid", () => {
    shop.order = order({ state: "packed" });
    return { body: { order: shop.order } };
  });

  fireEvent.click(await screen.findByRole("button", { name: `Packed: order ${NUMBER}` }));

  expect(await screen.findByRole("button", { name: `Hand over to the carrier: order ${NUMBER}` })).toBeTruthy();
  expect(screen.getByText(`${NUMBER}: Packed`)).toBeTruthy();
  expect(moves).toEqual(["packed"]);
});

test("an order that a colleague has moved says so, and is shown as it is", async () => {
  const { shop } = show("paid", () => {
    shop.order = order({ state: "packed" });
    return { status: 409, body: { code: "illegal_move" } };
  });

  fireEvent.click(await screen.findByRole("button", { name: `Packed: order ${NUMBER}` }));

  expect(await screen.findByText(/The order has moved on meanwhile/)).toBeTruthy();
  expect(await screen.findByRole("button", { name: `Hand over to the carrier: order ${NUMBER}` })).toBeTruthy();
});

test("money goes back only when one means it", async () => {
  const { moves } = show("paid", () => ({ body: { order: order({ state: "refunded" }) } }));
  const refund = await screen.findByRole("button", { name: `Give the money back: order ${NUMBER}` });

  fireEvent.click(refund);
  fireEvent.click(await screen.findByRole("button", { name: "No, leave it" }));
  await expect.poll(() => screen.queryByText(`Give the money of order ${NUMBER} back?`)).toBeNull();
  expect(moves).toEqual([]);
  fireEvent.click(refund);
  const dialog = (await screen.findByText(`Give the money of order ${NUMBER} back?`)).closest("dialog");
  fireEvent.click(dialog?.querySelector(".btn-danger") as HTMLElement);

  await expect.poll(() => moves).toEqual(["refunded"]);
});
