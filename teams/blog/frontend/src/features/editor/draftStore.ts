/** What an author types of an article. */
export interface ArticleText {
  title: string;
  description: string;
  body: string;
  tags: string[];
}

/** A text as this device keeps it. `basedOn`: the `updatedAt` of the article that it changes, null for a new one. */
export interface LocalDraft {
  text: ArticleText;
  keptAt: number;
  basedOn: string | null;
}

export interface FoundDraft extends LocalDraft {
  key: string;
}

const PREFIX = "draft:";

/**
 * Texts that no server has yet, in the browser's storage: they outlive a reload, a crash and a lost session.
 *
 * Each opening of the editor writes under a key of its own. Two tabs on one article cannot overwrite each other,
 * and a text that waits to be restored cannot be overwritten by what is typed meanwhile.
 */
export class DraftStore {
  /** `username`: drafts are offered only to whom they belong. */
  constructor(
    private readonly username: string,
    private readonly storage: Storage = localStorage,
  ) {}

  /** A key for one opening of the editor; `slug` is empty for a new article. */
  newKey(slug: string): string {
    return `${this.prefix(slug)}${crypto.randomUUID()}`;
  }

  /** False if the browser does not let us: its storage is full or forbidden. */
  keep(key: string, draft: LocalDraft): boolean {
    try {
      this.storage.setItem(key, JSON.stringify(draft));
      return true;
    } catch {
      return false;
    }
  }

  forget(key: string): void {
    try {
      this.storage.removeItem(key);
    } catch {
      // What could not be kept need not be forgotten.
    }
  }

  /** Every draft kept of this article, the newest first. */
  of(slug: string): FoundDraft[] {
    try {
      const keys = Object.keys(this.storage).filter((key) => key.startsWith(this.prefix(slug)));
      return keys.flatMap((key) => this.read(key) ?? []).sort((one, other) => other.keptAt - one.keptAt);
    } catch {
      return [];
    }
  }

  private read(key: string): FoundDraft | null {
    try {
      const draft: unknown = JSON.parse(this.storage.getItem(key) ?? "null");
      return isDraft(draft) ? { ...draft, key } : null;
    } catch {
      return null;
    }
  }

  /** Names and slugs may hold any character, but encoded no colon. */
  private prefix(slug: string): string {
    return `${PREFIX}${encodeURIComponent(this.username)}:${encodeURIComponent(slug)}:`;
  }
}

export function sameText(one: ArticleText, other: ArticleText): boolean {
  return JSON.stringify(inOrder(one)) === JSON.stringify(inOrder(other));
}

export function isEmpty(text: ArticleText): boolean {
  return [text.title, text.description, text.body, ...text.tags].every((part) => part.trim() === "");
}

function inOrder({ title, description, body, tags }: ArticleText) {
  return [title, description, body, tags];
}

/** Storage is written by other versions of this page, and by whoever opens the developer tools. */
function isDraft(value: unknown): value is LocalDraft {
  const draft = value as LocalDraft | null;
  const text = draft?.text;
  return (
    typeof draft?.keptAt === "number" &&
    (draft.basedOn === null || typeof draft.basedOn === "string") &&
    [text?.title, text?.description, text?.body].every((part) => typeof part === "string") &&
    Array.isArray(text?.tags) &&
    text.tags.every((tag) => typeof tag === "string")
  );
}
