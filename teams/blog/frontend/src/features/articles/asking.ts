import { type Article, api } from "@/api/client";

let early: { slug: string; answer: Promise<Article> } | undefined;

/** Ask for an article while the code of its page is still coming; the page then takes the answer. */
export function askEarly(slug: string): void {
  early = { slug, answer: ask(slug) };
  // A failure is told by the page, which meets it when it takes the answer.
  early.answer.catch(() => undefined);
}

/** The article, by the request that was sent early if there is one; that one is used once. */
export function askArticle(slug: string, signal: AbortSignal): Promise<Article> {
  const sent = early;
  early = undefined;
  return sent?.slug === slug ? sent.answer : ask(slug, signal);
}

async function ask(slug: string, signal?: AbortSignal): Promise<Article> {
  return (await api.get("/api/articles/{slug}", { params: { path: { slug } }, signal })).article;
}
