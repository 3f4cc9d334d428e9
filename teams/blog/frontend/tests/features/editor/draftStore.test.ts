import { beforeEach, expect, test } from "vitest";
import { type ArticleText, DraftStore, isEmpty, sameText } from "@/features/editor/draftStore";

const text: ArticleText = { title: "제목", description: "about", body: "body", tags: ["docker"] };

beforeEach(() => localStorage.clear());

test("what is kept is found again, by its author and for its article only", () => {
  const store = new DraftStore("demo");
  const key = store.newKey("my-article");

  expect(store.keep(key, { text, keptAt: 1, basedOn: "2026-01-01T00:00:00.000Z" })).toBe(true);

  expect(new DraftStore("demo").of("my-article")).toEqual([
    { key, text, keptAt: 1, basedOn: "2026-01-01T00:00:00.000Z" },
  ]);
  expect(store.of("my")).toEqual([]);
  expect(store.of("")).toEqual([]);
  expect(new DraftStore("reader").of("my-article")).toEqual([]);
});

test("two tabs on one article keep a text each, and the newest comes first", () => {
  const store = new DraftStore("demo");
  const [one, other] = [store.newKey("a"), store.newKey("a")];

  store.keep(one, { text: { ...text, body: "old" }, keptAt: 1, basedOn: null });
  store.keep(other, { text: { ...text, body: "new" }, keptAt: 2, basedOn: null });

  expect(store.of("a").map((draft) => draft.text.body)).toEqual(["new", "old"]);
});

test("a forgotten draft is gone", () => {
  const store = new DraftStore("demo");
  const key = store.newKey("");
  store.keep(key, { text, keptAt: 1, basedOn: null });

  store.forget(key);

  expect(store.of("")).toEqual([]);
});

test("a name with a colon does not open another's drafts", () => {
  new DraftStore("a:b").keep(new DraftStore("a:b").newKey("c"), { text, keptAt: 1, basedOn: null });

  expect(new DraftStore("a").of("b")).toEqual([]);
  expect(new DraftStore("a").of("b:c")).toEqual([]);
});

test("rubbish in the storage is passed over", () => {
  const store = new DraftStore("demo");
  const rubbish = ["{", "null", "[]", '{"text":{"title":1},"keptAt":1,"basedOn":null}', '{"keptAt":"x"}'];
  for (const value of rubbish) localStorage.setItem(store.newKey("a"), value);

  expect(store.of("a")).toEqual([]);
});

test("a full or forbidden storage is said, not thrown", () => {
  const refusing = {
    setItem: () => {
      throw new DOMException("full", "QuotaExceededError");
    },
  } as unknown as Storage;
  const store = new DraftStore("demo", refusing);

  expect(store.keep("key", { text, keptAt: 1, basedOn: null })).toBe(false);
});

test("texts are compared by what they say", () => {
  expect(sameText(text, { ...text, tags: ["docker"] })).toBe(true);
  expect(sameText(text, { ...text, tags: [] })).toBe(false);
  expect(isEmpty({ title: " ", description: "", body: "\n", tags: [] })).toBe(true);
  expect(isEmpty(text)).toBe(false);
});
