import type { Comment } from "@/api/client";

/**
 * The comments of one article, newest first, fed by the list, by the live stream and by one's own posts.
 *
 * The three overlap and overtake each other, so a comment counts once by its id, and a deleted one stays
 * deleted even if a list that was asked for earlier still has it.
 */
export class Thread {
  private readonly byId = new Map<number, Comment>();
  private readonly deleted = new Set<number>();

  get comments(): Comment[] {
    return [...this.byId.values()].sort((one, other) => other.id - one.id);
  }

  /** Take a whole list as the truth, except for what the stream has told since it was asked for. */
  load(listed: Comment[], since: ReadonlySet<number> = new Set()): void {
    const fresh = [...this.byId.values()].filter((comment) => since.has(comment.id));
    this.byId.clear();
    for (const comment of [...listed, ...fresh]) this.add(comment);
  }

  /** True if the comment is new here. */
  add(comment: Comment): boolean {
    if (this.byId.has(comment.id) || this.deleted.has(comment.id)) return false;
    this.byId.set(comment.id, comment);
    return true;
  }

  /** True if the comment was here. */
  remove(id: number): boolean {
    this.deleted.add(id);
    return this.byId.delete(id);
  }
}
