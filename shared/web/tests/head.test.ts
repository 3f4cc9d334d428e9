import { expect, test } from "vitest";
import { setHead } from "@course/web/head";

function content(selector: string, name: string): string | null | undefined {
  return document.head.querySelector(selector)?.getAttribute(name);
}

test("a page has one title, one description and one address, however often they change", () => {
  setHead({ title: "Mugs", description: "To drink from", canonical: "/category/mugs" });
  setHead({ title: "Bags", description: "To carry", canonical: "/category/bags" });

  expect(document.title).toBe("Bags");
  expect(content("meta[name=description]", "content")).toBe("To carry");
  expect(content("link[rel=canonical]", "href")).toBe(new URL("/category/bags", location.origin).href);
  expect(document.head.querySelectorAll("meta[name=description], link[rel=canonical]")).toHaveLength(2);
});
