import { expect, test } from "vitest";
import { outlineOf } from "@/features/articles/outline";

function rendered(html: string): HTMLElement {
  const root = document.createElement("div");
  root.innerHTML = html;
  return root;
}

test("headings become entries whose ids lead to them", () => {
  const root = rendered("<h2>First step</h2><p>…</p><h3>둘째 단계: 빌드</h3><h4>too deep</h4>");

  const outline = outlineOf(root);

  expect(outline).toEqual([
    { id: "section-first-step", text: "First step", level: 0 },
    { id: "section-둘째-단계-빌드", text: "둘째 단계: 빌드", level: 1 },
  ]);
  expect(root.querySelector("h3")?.id).toBe("section-둘째-단계-빌드");
});

test("headings that say the same get different ids", () => {
  const root = rendered("<h2>Build</h2><h2>Build</h2><h2>build!</h2>");

  const ids = outlineOf(root).map((entry) => entry.id);

  expect(ids).toEqual(["section-build", "section-build-2", "section-build-3"]);
});

test("a heading cannot take an id of the page", () => {
  const root = rendered("<h2>app</h2><h2>!!</h2>");

  expect(outlineOf(root).map((entry) => entry.id)).toEqual(["section-app", "section-"]);
});

test("a text without headings has no outline", () => {
  expect(outlineOf(rendered("<p>just text</p>"))).toEqual([]);
});
