import { beforeEach, expect, test, vi } from "vitest";
import { reloadOnce } from "@course/web/staleChunks";

const assign = vi.fn();

beforeEach(() => {
  sessionStorage.clear();
  assign.mockClear();
  vi.stubGlobal("location", { assign });
});

test("a page whose code is gone is loaded anew, where the reader wanted to go", () => {
  expect(reloadOnce("/editor")).toBe(true);
  expect(assign).toHaveBeenCalledWith("/editor");
});

test("a page that is still broken afterwards is not loaded again and again", () => {
  reloadOnce("/editor");

  expect(reloadOnce("/editor")).toBe(false);
  expect(assign).toHaveBeenCalledTimes(1);
});

test("without network the page that is open stays", () => {
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);

  expect(reloadOnce("/editor")).toBe(false);
  expect(assign).not.toHaveBeenCalled();
});
