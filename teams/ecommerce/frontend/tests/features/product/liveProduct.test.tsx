import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { useLiveProduct, withVariant } from "@/features/product/useLiveProduct";
import { eventStream } from "../../eventStream";
import { fakeApi } from "../../fakeApi";
import { product } from "../../samples";
import { showAt } from "../../showAt";

test("a variant that sells out leaves the others as they are", () => {
  const changed = withVariant(product(), { id: 1, sku: "MUG-S", name: "small", price: 16_000, stock: 0 });

  expect(changed.variants.map(({ stock }) => stock)).toEqual([0, 0]);
  expect(changed.inStock).toBe(false);
});

test("the product's price is that of its cheapest variant", () => {
  const changed = withVariant(product(), { id: 2, sku: "MUG-L", name: "large", price: 9_000, stock: 5 });

  expect([changed.price, changed.inStock]).toEqual([9_000, true]);
});

test("a variant that is new is added", () => {
  const changed = withVariant(product(), { id: 3, sku: "MUG-XL", name: "huge", price: 30_000, stock: 5 });

  expect(changed.variants.map(({ id }) => id)).toEqual([1, 2, 3]);
});

function Shown() {
  const { product: found, isLive } = useLiveProduct("a-mug");
  return (
    <p>
      {found?.variants.map(({ stock }) => stock).join(" ")} {isLive ? "live" : "alone"}
    </p>
  );
}

test("what was sold while nobody told is on the page after the next connection", async () => {
  let stored = product();
  const stream = eventStream();
  fakeApi({
    "GET /api/products/a-mug": () => ({ body: { product: stored } }),
    "GET /api/products/a-mug/stream": stream.connect,
  });
  showAt(Shown, "/");
  await screen.findByText("2 0 live");

  stored = withVariant(product(), { id: 1, sku: "MUG-S", name: "small", price: 16_000, stock: 1 });
  stream.hangUp();

  expect(await screen.findByText("1 0 live", {}, { timeout: 10_000 })).toBeTruthy();
});
