import { expect, test } from "vitest";
import { withVariant } from "@/features/product/useLiveProduct";
import { product } from "../../samples";

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
