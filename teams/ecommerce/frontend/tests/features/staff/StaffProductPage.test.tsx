import { fireEvent, screen } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { ToastRegion } from "@/components/ToastRegion";
import StaffProductPage from "@/features/staff/StaffProductPage";
import { toasts } from "@/hooks/useToasts";
import { fakeApi, type Reply } from "../../fakeApi";
import { product, user } from "../../samples";
import { showAt } from "../../showAt";
import { signInAs } from "../../signIn";

const RESTOCK = "POST /api/variants/1/restock";
const CHANGE = "PUT /api/variants/1";
const [variant] = product().variants as [ReturnType<typeof product>["variants"][0]];

beforeEach(() => {
  toasts.clear();
  return signInAs({ ...user, staff: true });
});

/** The page of a product with one variant; gives the product that the shop has, and what it was asked. */
function show(replies: Record<string, (sent: Record<string, number>) => Reply>) {
  const shop = { product: product({ variants: [variant] }) };
  const writes = Object.entries(replies).map(([what, reply]) => [
    what,
    async (request: Request) => reply((await request.json()) as Record<string, number>),
  ]);
  const asked = fakeApi({
    "GET /api/products/a-mug": () => ({ body: { product: shop.product } }),
    "GET /api/categories": { body: { categories: [] } },
    ...Object.fromEntries(writes),
  });
  const Page = () => (
    <>
      <StaffProductPage />
      <ToastRegion />
    </>
  );
  showAt(Page, "/staff/products/:slug", "/staff/products/a-mug");
  return { shop, asked };
}

async function fill(name: string, value: string, button: string): Promise<void> {
  await screen.findByRole("button", { name: button });
  fireEvent.change(document.querySelector(`[name=${name}]`) as HTMLElement, { target: { value } });
  fireEvent.click(screen.getByRole("button", { name: button }));
}

test("what has arrived is on the shelf", async () => {
  const { shop } = show({
    [RESTOCK]: ({ quantity = 0 }) => {
      const stocked = { ...variant, stock: variant.stock + quantity };
      shop.product = product({ variants: [stocked] });
      return { body: { variant: { ...stocked, reserved: 0, sold: 0 } } };
    },
  });

  await fill("added", "7", "Add to the shelf");

  expect(await screen.findByText("9 on the shelf")).toBeTruthy();
  expect(screen.getByText("small: 9 on the shelf.")).toBeTruthy();
});

test("more than there is cannot be taken away", async () => {
  show({ [RESTOCK]: () => ({ status: 409, body: { code: "stock_below_zero" } }) });

  await fill("added", "-9", "Add to the shelf");

  expect(await screen.findByText(/There is not that much on the shelf/)).toBeTruthy();
  expect(screen.getByText("2 on the shelf")).toBeTruthy();
});

test.each(["", "1.5", "many", "1e3"])("%j is no number of pieces, and nobody is asked", async (typed) => {
  const { asked } = show({});

  await fill("added", typed, "Add to the shelf");

  expect(await screen.findByText(/This is no whole number\./)).toBeTruthy();
  expect(asked.filter((one) => !one.startsWith("GET"))).toEqual([]);
});

test("a new price is the shop's, and is said as money", async () => {
  const { shop } = show({
    [CHANGE]: ({ price = 0 }) => {
      shop.product = product({ price, variants: [{ ...variant, price }] });
      return { body: { product: shop.product } };
    },
  });

  await fill("price", "17,500", "Change the price");

  expect(await screen.findByText("small costs ₩17,500 now.")).toBeTruthy();
});

test("a price that the shop refuses is named by its field", async () => {
  show({
    [CHANGE]: () => ({ status: 422, body: { code: "invalid", errors: { price: ["must be greater than 0"] } } }),
  });

  await fill("price", "0", "Change the price");

  expect(await screen.findByText(/price/, { selector: ".error-messages li" })).toBeTruthy();
});

test("a title that is refused stays in its field, with the reason", async () => {
  show({
    "PUT /api/products/a-mug": () => ({
      status: 422,
      body: { code: "invalid", errors: { title: ["can't be blank"] } },
    }),
  });

  await fill("title", " ", "Save");

  await expect.poll(() => document.querySelector("form .error-messages")?.textContent ?? "").toContain("blank");
  expect(document.querySelector("[name=title]")).toHaveProperty("value", " ");
});
