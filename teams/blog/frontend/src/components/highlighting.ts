import type { LanguageFn } from "highlight.js";

// The languages of the course. Each comes with the article that needs it, and only then.
const languages = new Map<string, () => Promise<{ default: LanguageFn }>>(
  Object.entries({
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
  }),
);
const otherNames = new Map(
  Object.entries({
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
  }),
);

/** Colour the code blocks under `root` whose language is known; the others stay as they are. */
export async function highlight(root: ParentNode): Promise<void> {
  const blocks = [...root.querySelectorAll<HTMLElement>("pre > code[class^='language-']")].flatMap((block) => {
    const name = languageOf(block);
    const load = languages.get(name);
    return load ? [{ block, name, load }] : [];
  });
  if (blocks.length === 0) return;

  const { default: engine } = await import("highlight.js/lib/core");
  for (const { name, load } of blocks) {
    if (!engine.getLanguage(name)) engine.registerLanguage(name, (await load()).default);
  }
  for (const { block, name } of blocks) {
    // A task for each: a phone answers in between.
    await new Promise((go) => setTimeout(go));
    // The engine escapes the code that it is given as text.
    block.innerHTML = engine.highlight(block.textContent ?? "", { language: name, ignoreIllegals: true }).value;
  }
}

function languageOf(block: HTMLElement): string {
  const name = block.className.replace("language-", "").toLowerCase();
  return otherNames.get(name) ?? name;
}
