import type { LanguageFn } from "highlight.js";

// The languages of the course. Each comes with the article that needs it, and only then.
const languages: Record<string, () => Promise<{ default: LanguageFn }>> = {
  bash: () => import("highlight.js/lib/languages/bash"),
  css: () => import("highlight.js/lib/languages/css"),
  dockerfile: () => import("highlight.js/lib/languages/dockerfile"),
  javascript: () => import("highlight.js/lib/languages/javascript"),
  json: () => import("highlight.js/lib/languages/json"),
  nginx: () => import("highlight.js/lib/languages/nginx"),
  python: () => import("highlight.js/lib/languages/python"),
  sql: () => import("highlight.js/lib/languages/sql"),
  typescript: () => import("highlight.js/lib/languages/typescript"),
  xml: () => import("highlight.js/lib/languages/xml"),
  yaml: () => import("highlight.js/lib/languages/yaml"),
};
const otherNames: Record<string, string> = {
  console: "bash",
  docker: "dockerfile",
  html: "xml",
  js: "javascript",
  py: "python",
  sh: "bash",
  shell: "bash",
  ts: "typescript",
  vue: "xml",
  yml: "yaml",
};

/** Colour the code blocks under `root` whose language is known; the others stay as they are. */
export async function highlight(root: ParentNode): Promise<void> {
  const blocks = [...root.querySelectorAll<HTMLElement>("pre > code[class^='language-']")].flatMap((block) => {
    const name = languageOf(block);
    return name in languages ? [{ block, name }] : [];
  });
  if (blocks.length === 0) return;

  const { default: engine } = await import("highlight.js/lib/core");
  const wanted = [...new Set(blocks.map(({ name }) => name))].filter((name) => !engine.getLanguage(name));
  await Promise.all(wanted.map(async (name) => engine.registerLanguage(name, (await languages[name]!()).default)));
  for (const { block, name } of blocks) {
    // The engine escapes the code that it is given as text.
    block.innerHTML = engine.highlight(block.textContent ?? "", { language: name, ignoreIllegals: true }).value;
  }
}

function languageOf(block: HTMLElement): string {
  const name = block.className.replace("language-", "").toLowerCase();
  return otherNames[name] ?? name;
}
