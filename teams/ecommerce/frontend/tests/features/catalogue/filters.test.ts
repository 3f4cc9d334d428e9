import { expect, test } from "vitest";
import { addressOf, filtersIn, queryOf } from "@/features/catalogue/filters";

function at(address: string, category = "") {
  return filtersIn(new URL(address, "https://shop.example").searchParams, category);
}

test.each([
  "/search",
  "/search?q=mug",
  "/search?q=%EB%A8%B8%EA%B7%B8&category=kitchen",
  "/search?minPrice=1000&maxPrice=20000&inStock=true&sort=-price",
  "/search?maxPrice=1250&currency=USD",
])("%s is kept as it is", (address) => {
  expect(addressOf(at(address))).toBe(address);
});

test("a category alone has a page of its own, and words lead out of it", () => {
  const filters = at("/category/bags?inStock=true", "bags");

  expect(addressOf(filters)).toBe("/category/bags?inStock=true");
  expect(addressOf({ ...filters, q: "red" })).toBe("/search?q=red&category=bags&inStock=true");
});

test("what nobody can mean is left out", () => {
  expect(at("/search?minPrice=-1&maxPrice=1e9&inStock=yes&sort=drop+table&currency=XXX")).toMatchObject({
    minPrice: null,
    maxPrice: null,
    currency: "KRW",
    inStock: false,
    sort: null,
  });
});

test("the best match comes first where there are words, else the newest", () => {
  expect(queryOf(at("/search?q=mug"))).toEqual({ q: "mug", sort: "relevance" });
  expect(queryOf(at("/search"))).toEqual({ sort: "newest" });
  expect(queryOf(at("/search?q=mug&sort=price"))).toEqual({ q: "mug", sort: "price" });
});
