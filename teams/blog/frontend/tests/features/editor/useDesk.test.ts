import { ApiError } from "@course/web/problem";
import { flushPromises } from "@vue/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type EffectScope, effectScope, ref } from "vue";
import { type Article, api } from "@/api/client";
import { DraftStore } from "@/features/editor/draftStore";
import { useDesk } from "@/features/editor/useDesk";

const signedIn = ref(true);
vi.mock("@/composables/useSession", () => ({
  useSession: () => ({ user: ref({ username: "demo" }), signedIn }),
}));

const BORN = "2026-01-01T00:00:00.000Z";
const CHANGED = "2026-01-02T00:00:00.000Z";

let scope: EffectScope;

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  signedIn.value = true;
  scope = effectScope();
});
afterEach(() => {
  scope.stop();
  vi.useRealTimers();
});

function anArticle(changes: Partial<Article> = {}): Article {
  return {
    slug: "a-title",
    title: "A title",
    description: "About",
    body: "Body",
    bodyHtml: "<p>Body</p>",
    tagList: ["docker"],
    createdAt: BORN,
    updatedAt: BORN,
    favorited: false,
    favoritesCount: 0,
    cover: null,
    author: { username: "demo", bio: null, image: null, following: false },
    status: "draft",
    publishAt: null,
    ...changes,
  };
}

function open(article: Article | null) {
  return scope.run(() => useDesk(article, null))!;
}

function answers(method: "get" | "put" | "post", answer: unknown) {
  const call = vi.spyOn(api, method);
  if (answer instanceof ApiError) call.mockRejectedValue(answer);
  else call.mockResolvedValue(answer as never);
  return call;
}

function refusal(status: number, fields: Record<string, string[]> = {}): ApiError {
  return new ApiError("refused", { status, fields });
}

function keptBodies(slug: string): string[] {
  return new DraftStore("demo").of(slug).map((draft) => draft.text.body);
}

test("a draft saves itself when the author pauses, on top of what it was based on", async () => {
  const put = answers("put", { article: anArticle({ body: "New", updatedAt: CHANGED }) });
  const desk = open(anArticle());

  desk.text.body = "New";
  await vi.advanceTimersByTimeAsync(3_000);

  expect(put).toHaveBeenCalledTimes(1);
  expect(put.mock.calls[0]?.[1]).toMatchObject({
    params: { path: { slug: "a-title" } },
    body: { article: { body: "New", tagList: ["docker"], basedOn: BORN } },
  });
  expect(desk.saving.state.place).toBe("server");
  expect(keptBodies("a-title")).toEqual([]);
});

test("a published article is changed only when the author says so", async () => {
  const put = answers("put", { article: anArticle() });
  const desk = open(anArticle({ status: "published" }));

  desk.text.body = "New";
  await vi.advanceTimersByTimeAsync(60_000);

  expect(put).not.toHaveBeenCalled();
  expect(keptBodies("a-title")).toEqual(["New"]);
});

test.each([
  ["the session ends", 401],
  ["the server fails", 500],
  ["nothing is reached", 0],
])("what is typed stays on the device when %s", async (_, status) => {
  answers("put", refusal(status));
  const desk = open(anArticle());

  desk.text.body = "Precious";
  await vi.advanceTimersByTimeAsync(3_000);

  expect(desk.saving.state.error?.status).toBe(status);
  expect(keptBodies("a-title")).toEqual(["Precious"]);
});

test("signed in again, the draft saves itself", async () => {
  const put = answers("put", refusal(401));
  const desk = open(anArticle());
  desk.text.body = "Precious";
  await vi.advanceTimersByTimeAsync(3_000);
  signedIn.value = false;
  await flushPromises();

  answers("put", { article: anArticle({ body: "Precious" }) });
  signedIn.value = true;
  await vi.advanceTimersByTimeAsync(0);

  expect(put).toHaveBeenCalledTimes(2);
  expect(desk.saving.state.place).toBe("server");
});

test("a conflict shows both texts, and mine is still on the device", async () => {
  answers("put", refusal(409, { article: ["was changed meanwhile"] }));
  answers("get", { article: anArticle({ body: "Theirs", updatedAt: CHANGED }) });
  const desk = open(anArticle());

  desk.text.body = "Mine";
  await vi.advanceTimersByTimeAsync(3_000);

  expect(desk.theirs.value?.body).toBe("Theirs");
  expect(desk.text.body).toBe("Mine");
  expect(keptBodies("a-title")).toEqual(["Mine"]);
});

test("mine goes on top of theirs, and is not refused again", async () => {
  const put = answers("put", refusal(409, { article: ["was changed meanwhile"] }));
  answers("get", { article: anArticle({ body: "Theirs", updatedAt: CHANGED }) });
  const desk = open(anArticle());
  desk.text.body = "Mine";
  await vi.advanceTimersByTimeAsync(3_000);

  answers("put", { article: anArticle({ body: "Mine" }) });
  desk.settle();
  await desk.save("keep");

  expect(put.mock.lastCall?.[1]).toMatchObject({ body: { article: { body: "Mine", basedOn: CHANGED } } });
});

test("theirs taken, mine is offered at the next opening", async () => {
  answers("put", refusal(409, { article: ["was changed meanwhile"] }));
  answers("get", { article: anArticle({ body: "Theirs", updatedAt: CHANGED }) });
  const desk = open(anArticle());
  desk.text.body = "Mine";
  await vi.advanceTimersByTimeAsync(3_000);

  desk.takeTheirs();
  await vi.advanceTimersByTimeAsync(60_000);

  expect(desk.text.body).toBe("Theirs");
  expect(api.put).toHaveBeenCalledTimes(1);
  const next = open(anArticle({ body: "Theirs", updatedAt: CHANGED }));
  expect(next.found.value.map((draft) => draft.text.body)).toEqual(["Mine"]);
});

test("a title that is taken is no conflict of texts", async () => {
  answers("put", refusal(409, { title: ["has already been taken"] }));
  const desk = open(anArticle());

  await desk.save("keep");

  expect(desk.theirs.value).toBeNull();
  expect(desk.saving.state.error?.fields).toHaveProperty("title");
});

test("an article that was deleted meanwhile is saved as a new one", async () => {
  answers("put", refusal(404));
  const post = answers("post", { article: anArticle() });
  const desk = open(anArticle());
  await desk.save("keep");
  expect(desk.isGone.value).toBe(true);

  await expect(desk.save("publish")).resolves.toBe(true);

  expect(post.mock.calls[0]?.[1]).toMatchObject({ body: { article: { title: "A title", status: "published" } } });
});

test("a found draft is restored, and what was typed meanwhile is not lost", async () => {
  const store = new DraftStore("demo");
  store.keep(store.newKey("a-title"), {
    text: { title: "A title", description: "About", body: "From before", tags: [] },
    keptAt: 1,
    basedOn: BORN,
  });
  answers("put", refusal(0));
  const desk = open(anArticle());
  expect(desk.found.value).toHaveLength(1);

  desk.restore(desk.found.value[0]!);

  expect(desk.text.body).toBe("From before");
  expect(desk.found.value).toEqual([]);
  expect(keptBodies("a-title")).toEqual(["From before"]);
});

test("a draft that says what the server says is not offered", () => {
  const store = new DraftStore("demo");
  const text = { title: "A title", description: "About", body: "Body", tags: ["docker"] };
  store.keep(store.newKey("a-title"), { text, keptAt: 1, basedOn: BORN });

  expect(open(anArticle()).found.value).toEqual([]);
  expect(keptBodies("a-title")).toEqual([]);
});

test("a text without a title waits on the device instead of being refused again and again", async () => {
  const put = answers("put", { article: anArticle() });
  const desk = open(anArticle());

  desk.text.title = " ";
  await vi.advanceTimersByTimeAsync(60_000);

  expect(put).not.toHaveBeenCalled();
  expect(desk.saving.state.place).toBe("device");
});

test("what is typed while a new article gets its address is kept under that address", async () => {
  let arrive: (reply: unknown) => void = () => {};
  vi.spyOn(api, "post").mockImplementation(() => new Promise((resolve) => (arrive = resolve)) as never);
  const desk = open(null);
  Object.assign(desk.text, { title: "A title", description: "About", body: "One" });
  const saved = desk.save("keep");
  await vi.advanceTimersByTimeAsync(0);

  desk.text.body = "One and more";
  await vi.advanceTimersByTimeAsync(600);
  arrive({ article: anArticle({ body: "One" }) });
  await saved;

  expect(keptBodies("")).toEqual([]);
  expect(keptBodies("a-title")).toEqual(["One and more"]);
});
