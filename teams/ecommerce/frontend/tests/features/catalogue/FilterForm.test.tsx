import { fireEvent, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { FilterForm } from "@/features/catalogue/FilterForm";
import { filtersIn } from "@/features/catalogue/filters";
import { fakeApi, type Reply } from "../../fakeApi";
import { showAt } from "../../showAt";

const facets = { categories: {}, total: 3, inStock: 3, currencies: ["KRW"], least: 9_000, most: 32_000 };
const RANGES: Record<string, object> = { KRW: { least: 9_000, most: 32_000 }, USD: { least: 950, most: 12_550 } };

/** The form at an address, over products in these currencies; gives what it asks for. */
function filter(address: string, ...currencies: string[]) {
  const onChange = vi.fn();
  const ranges = (request: Request): Reply => ({
    body: { ...facets, currencies, ...RANGES[new URL(request.url).searchParams.get("currency") ?? "KRW"] },
  });
  fakeApi({ "GET /api/categories": { body: { categories: [] } }, "GET /api/products/facets": ranges });
  const filters = filtersIn(new URLSearchParams(address));
  showAt(() => <FilterForm filters={filters} onChange={onChange} />, "/");
  return onChange;
}

function type(label: string, typed: string): void {
  fireEvent.change(screen.getByPlaceholderText(label), { target: { value: typed } });
  fireEvent.submit(screen.getByPlaceholderText(label).closest("form") as HTMLFormElement);
}

test("dollars are typed as dollars and asked for in cents", async () => {
  const onChange = filter("currency=USD&minPrice=950", "KRW", "USD");
  expect(await screen.findByText("$9.50 – $125.50")).toBeTruthy();
  expect(screen.getByRole("group", { name: "Price ($)" })).toBeTruthy();
  expect(screen.getByPlaceholderText("From")).toHaveProperty("value", "9.50");

  type("Up to", "12.5");

  expect(onChange).toHaveBeenLastCalledWith(
    expect.objectContaining({ minPrice: 950, maxPrice: 1_250, currency: "USD" }),
  );
});

test("a price of one currency says nothing of another's", async () => {
  const onChange = filter("minPrice=10000", "KRW", "USD");

  fireEvent.change(await screen.findByLabelText("Currency"), { target: { value: "USD" } });

  expect(onChange).toHaveBeenLastCalledWith(
    expect.objectContaining({ currency: "USD", minPrice: null, maxPrice: null }),
  );
});

test("where everything is in won there is no currency to choose, and none to divide", async () => {
  const onChange = filter("", "KRW");
  expect(await screen.findByText("₩9,000 – ₩32,000")).toBeTruthy();
  expect(screen.queryByLabelText("Currency")).toBeNull();

  type("Up to", "12.5");
  expect(onChange).not.toHaveBeenCalled();
  type("Up to", "12,500");

  expect(onChange).toHaveBeenLastCalledWith(expect.objectContaining({ maxPrice: 12_500 }));
});
