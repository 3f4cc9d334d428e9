import { expect, test } from "vitest";
import { highlight } from "@/components/highlighting";

async function highlighted(html: string): Promise<HTMLElement> {
  const root = document.createElement("div");
  root.innerHTML = html;
  await highlight(root);
  return root;
}

test("code of a known language gets its colours, under any of its names", async () => {
  const root = await highlighted('<pre><code class="language-yml">port: 80</code></pre>');

  expect(root.querySelector(".hljs-attr")?.textContent).toBe("port:");
});

test("other code stays as it is", async () => {
  const html = '<pre><code class="language-constructor">x</code></pre><pre><code>plain</code></pre>';

  expect((await highlighted(html)).innerHTML).toBe(html);
});

test("code that looks like HTML stays text", async () => {
  const code = "&lt;img src=x onerror=alert(1)&gt;";

  const root = await highlighted(`<pre><code class="language-html">${code}</code></pre>`);

  expect(root.querySelector("img")).toBeNull();
  expect(root.textContent).toBe("<img src=x onerror=alert(1)>");
});
