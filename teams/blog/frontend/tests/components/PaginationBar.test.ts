import { expect, test } from "vitest";
import { pageCount, pageNumber, pageWindow } from "@/components/pages";
import PaginationBar, { offered } from "@/components/PaginationBar.vue";
import { mountAt } from "../mountAt";

test.each([
  [1, 1, [1]],
  [1, 4, [1, 2, 3, 4]],
  [1, 9, [1, 2, null, 9]],
  [5, 9, [1, null, 4, 5, 6, null, 9]],
  [4, 9, [1, 2, 3, 4, 5, null, 9]],
  [9, 9, [1, null, 8, 9]],
])("page %i of %i offers %j", (page, pages, expected) => {
  expect(offered(page, pages)).toEqual(expected);
});

test("a page beyond the last one leads back to those that exist", () => {
  expect(offered(40, 3)).toEqual([1, 2, 3]);
});

test.each([
  ["3", 3],
  [undefined, 1],
  ["0", 1],
  ["-2", 1],
  ["1.5", 1],
  ["many", 1],
  ["9e99", 1],
])("?page=%s is page %i", (value, page) => {
  expect(pageNumber(value)).toBe(page);
});

test("pages neither overlap nor leave an article out", () => {
  expect(pageWindow(1)).toEqual({ limit: 10, offset: 0 });
  expect(pageWindow(2)).toEqual({ limit: 10, offset: 10 });
  expect([0, 1, 10, 11].map(pageCount)).toEqual([0, 1, 1, 2]);
});

test("pages are links, and the present one says so", async () => {
  const to = (page: number) => ({ path: "/", query: { page } });
  const { wrapper } = await mountAt(PaginationBar, "/", { props: { page: 2, pages: 3, to } });

  expect(wrapper.get(".page-item.active").text()).toBe("2");
  expect(wrapper.get("[aria-current=page]").attributes("href")).toBe("/?page=2");
  expect(wrapper.get("[rel=next]").attributes("href")).toBe("/?page=3");
});
