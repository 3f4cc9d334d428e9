import { expect, test } from "vitest";
import { prepare } from "@/components/prose";

const labels = { code: "Code", copy: "Copy", table: "Table", foreignImage: "Picture elsewhere" };

function prepared(html: string): HTMLElement {
  const root = document.createElement("div");
  root.innerHTML = html;
  prepare(root, labels);
  return root;
}

test.each(["https://tracker.example/pixel.png", "//tracker.example/pixel.png", "http:\\\\tracker.example/a"])(
  "an image of another site, %s, is a link and no longer an image",
  (source) => {
    const root = prepared(`<p><img src="${source}" alt="a chart"></p>`);

    expect(root.querySelector("img")).toBeNull();
    expect(root.querySelector("a")?.textContent).toBe("Picture elsewhere: a chart");
    expect(root.querySelector("a")?.rel).toContain("noreferrer");
  },
);

test.each(["javascript:alert(1)", "data:text/html,x", "http://"])("an image at %s leads nowhere", (source) => {
  const root = document.createElement("div");
  const image = document.createElement("img");
  image.setAttribute("src", source);
  root.append(image);
  prepare(root, labels);

  expect(root.querySelector("img, a")).toBeNull();
});

test("our own image stays", () => {
  expect(prepared('<img src="/media/abc.webp" alt="">').querySelector("img")?.getAttribute("src")).toBe(
    "/media/abc.webp",
  );
});

test("wide tables and code are reached and scrolled by keys, and code can be copied", () => {
  const root = prepared("<table><tr><td>1</td></tr></table><pre><code>docker ps</code></pre>");

  expect(root.querySelector(".table-scroll")?.getAttribute("tabindex")).toBe("0");
  expect(root.querySelector("pre")?.getAttribute("aria-label")).toBe("Code");
  expect(root.querySelector(".code-block > button")?.textContent).toBe("Copy");
});
