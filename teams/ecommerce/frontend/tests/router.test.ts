import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { routes } from "@/router";

test("the API counts every page of the shop by its own name", () => {
  const pages = routes[0]?.children?.[0]?.children ?? [];
  const own = pages.filter(({ path }) => path !== "*").map(({ path = "" }) => `/${path}`);
  const known = readFileSync("../backend/ecommerce/pages.py", "utf8").match(/(?<=")\/[^"]*(?=")/g);

  expect(known?.toSorted()).toEqual(own.toSorted());
});
