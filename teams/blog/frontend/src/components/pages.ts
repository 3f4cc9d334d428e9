import type { LocationQueryValue } from "vue-router";

/** Articles a page of a list. */
export const PER_PAGE = 10;

/** The page that `?page=` names; the first for anything that is no page number. */
export function pageNumber(value: LocationQueryValue | LocationQueryValue[] | undefined): number {
  const number = Number(value);
  return Number.isSafeInteger(number) && number >= 1 ? number : 1;
}

/** What the API is asked for a page. */
export function pageWindow(page: number): { limit: number; offset: number } {
  return { limit: PER_PAGE, offset: (page - 1) * PER_PAGE };
}

/** How many pages hold `count` articles. */
export function pageCount(count: number): number {
  return Math.ceil(count / PER_PAGE);
}
