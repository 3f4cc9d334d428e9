import DOMPurify from "dompurify";
import MarkdownIt from "markdown-it";

// As the server renders it (blog/services/markdown.py), so that a preview promises nothing else.
const markdown = new MarkdownIt("commonmark", { html: false, linkify: false }).enable(["table", "strikethrough"]);

/** What readers will see of a markdown text: sanitised HTML. */
export function toHtml(text: string): string {
  return DOMPurify.sanitize(markdown.render(text), { USE_PROFILES: { html: true }, FORBID_ATTR: ["style"] });
}
