import type { ArticleText } from "@/features/editor/draftStore";

/** What the API takes at most, in characters (blog/schemas.py). */
export const MOST = { title: 200, description: 1_000, body: 50_000 } as const;

/** Whether the server would take the text at all: drafts that cannot be saved yet are not sent again and again. */
export function isSendable({ title, description, body }: ArticleText): boolean {
  return fits(title, MOST.title) && fits(description, MOST.description) && fits(body, MOST.body);
}

function fits(text: string, most: number): boolean {
  return text.trim() !== "" && [...text].length <= most;
}
