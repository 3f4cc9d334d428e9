import { expect, test } from "vitest";
import type { Comment } from "@/api/client";
import { Thread } from "@/features/comments/thread";

function comment(id: number): Comment {
  const author = { username: "reader", bio: null, image: null, following: false };
  return {
    id,
    body: `comment ${id}`,
    createdAt: "2026-01-01T00:00:00.000Z",
    updatedAt: "2026-01-01T00:00:00.000Z",
    author,
  };
}

function ids(thread: Thread): number[] {
  return thread.comments.map((one) => one.id);
}

test("one's own comment counts once, whether the reply or the stream comes first", () => {
  const thread = new Thread();
  thread.load([comment(1)]);

  expect(thread.add(comment(2))).toBe(true);
  expect(thread.add(comment(2))).toBe(false);

  expect(ids(thread)).toEqual([2, 1]);
});

test("a deleted comment does not come back with a list that was asked for before", () => {
  const thread = new Thread();
  thread.load([comment(1), comment(2)]);

  expect(thread.remove(2)).toBe(true);
  thread.load([comment(1), comment(2)]);
  thread.add(comment(2));

  expect(ids(thread)).toEqual([1]);
});

test("a comment that the stream brought while the list was loading stays", () => {
  const thread = new Thread();
  thread.add(comment(3));

  thread.load([comment(1), comment(2)], new Set([3]));

  expect(ids(thread)).toEqual([3, 2, 1]);
});

test("a list without a comment means that it was deleted while nobody listened", () => {
  const thread = new Thread();
  thread.load([comment(1), comment(2)]);

  thread.load([comment(2)]);

  expect(ids(thread)).toEqual([2]);
});
