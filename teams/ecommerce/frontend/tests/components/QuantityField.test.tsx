import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { QuantityField } from "@/components/QuantityField";

afterEach(cleanup);

function show(value = 2) {
  const change = vi.fn();
  render(<QuantityField id="q" label="Mugs" value={value} most={5} onChange={change} />);
  return change;
}

test("its buttons count by one, and stop at the ends", () => {
  const change = show(5);

  fireEvent.click(screen.getByRole("button", { name: "One less" }));

  expect(change.mock.calls).toEqual([[4]]);
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "One more" }).disabled).toBe(true);
});

test.each([
  ["3", [[3]]],
  ["-4", [[1]]],
  ["99999999999", [[5]]],
  ["two", []],
  ["", []],
  ["2", []],
])("%j typed gives %j", (typed, told) => {
  const change = show();
  const field = screen.getByRole("textbox");

  fireEvent.change(field, { target: { value: typed } });
  fireEvent.blur(field);

  expect(change.mock.calls).toEqual(told);
});
