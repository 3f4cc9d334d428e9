import { expect, test } from "vitest";
import { toHtml } from "@/features/editor/preview";

test("tables and struck words look as the server makes them", () => {
  const html = toHtml("| a |\n|---|\n| ~~b~~ |");

  expect(html).toContain("<th>a</th>");
  expect(html).toContain("<s>b</s>");
});

test.each([
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "[x](javascript:alert(1))",
  "![x](javascript:alert(1))",
  "<svg/onload=alert(1)>",
  '[x](https://a.example "onmouseover=alert(1)")',
])("%s does nothing in the preview", (payload) => {
  const root = document.createElement("div");
  root.innerHTML = toHtml(payload);

  expect(root.querySelector("script, svg, [onerror], [onload], [onmouseover]")).toBeNull();
  expect([...root.querySelectorAll("a, img")].some((one) => /javascript:/i.test(one.outerHTML))).toBe(false);
});
