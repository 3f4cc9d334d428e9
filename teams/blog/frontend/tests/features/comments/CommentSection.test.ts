import { ApiError } from "@course/web/problem";
import { enableAutoUnmount, flushPromises, mount } from "@vue/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ref } from "vue";
import { type Article, type Comment, api } from "@/api/client";
import CommentSection from "@/features/comments/CommentSection.vue";

type Options = Parameters<typeof import("@course/web/events").openEvents>[0];
let stream: Options;
vi.mock("@course/web/events", () => ({
  openEvents: (options: Options) => {
    stream = options;
    return { close: () => {} };
  },
}));
const user = ref<{ username: string; image: null } | null>(null);
vi.mock("@/composables/useSession", () => ({ useSession: () => ({ user, signedInOrAsk: vi.fn() }) }));
const confirm = vi.fn();
vi.mock("@/composables/useConfirm", () => ({ useConfirm: () => ({ confirm }) }));

enableAutoUnmount(afterEach);
beforeEach(() => {
  sessionStorage.clear();
  user.value = { username: "reader", image: null };
  confirm.mockResolvedValue(false);
});

function comment(id: number, username = "other", body = `comment ${id}`): Comment {
  const moment = "2026-01-01T00:00:00.000Z";
  return {
    id,
    body,
    createdAt: moment,
    updatedAt: moment,
    author: { username, bio: null, image: null, following: false },
  };
}

async function setUp(listed: Comment[]) {
  vi.spyOn(api, "get").mockResolvedValue({ comments: listed } as never);
  const article = { slug: "a", author: { username: "author" } } as Article;
  const section = mount(CommentSection, {
    props: { article },
    global: { stubs: { RouterLink: { template: "<a><slot /></a>" } } },
  });
  stream.onState?.("open", null);
  await flushPromises();
  const shown = () => section.findAll(".card:not(.comment-form) .card-text").map((text) => text.text());
  return { section, shown };
}

test("a comment of somebody else appears by itself, and a deleted one goes", async () => {
  const { section, shown } = await setUp([comment(1)]);

  stream.onEvent({ id: "1-0", type: "comment.created", data: comment(2) });
  await flushPromises();
  expect(shown()).toEqual(["comment 2", "comment 1"]);
  expect(section.get("[role=status].visually-hidden").text()).toContain("other");

  stream.onEvent({ id: "2-0", type: "comment.deleted", data: { id: 1 } });
  await flushPromises();
  expect(shown()).toEqual(["comment 2"]);
});

test("one's own comment is there once, though the stream brings it as well", async () => {
  const { section, shown } = await setUp([]);
  vi.spyOn(api, "post").mockResolvedValue({ comment: comment(5, "reader", "mine") } as never);

  await section.get("textarea").setValue("mine");
  await section.get("form").trigger("submit");
  stream.onEvent({ id: "1-0", type: "comment.created", data: comment(5, "reader", "mine") });
  await flushPromises();

  expect(shown()).toEqual(["mine"]);
  expect(section.get("textarea").element.value).toBe("");
});

test("a comment that could not be posted is still in the field, and after a reload too", async () => {
  const { section } = await setUp([]);
  vi.spyOn(api, "post").mockRejectedValue(new ApiError("expired", { status: 401 }));

  await section.get("textarea").setValue("precious");
  await section.get("form").trigger("submit");
  await flushPromises();
  expect(section.get("textarea").element.value).toBe("precious");

  section.unmount();
  const again = await setUp([]);
  expect(again.section.get("textarea").element.value).toBe("precious");
});

test("one's own comment is deleted at once, without a question", async () => {
  const { section, shown } = await setUp([comment(1, "reader")]);
  vi.spyOn(api, "delete").mockResolvedValue(undefined as never);

  await section.get(".mod-options i.ion-trash-a").trigger("click");
  await flushPromises();

  expect(shown()).toEqual([]);
  expect(confirm).not.toHaveBeenCalled();
});

test("another's comment can be deleted by the article's author, after a question", async () => {
  user.value = { username: "author", image: null };
  const { section, shown } = await setUp([comment(1)]);
  const remove = vi.spyOn(api, "delete").mockResolvedValue(undefined as never);

  await section.get(".mod-options button").trigger("click");
  await flushPromises();
  expect(remove).not.toHaveBeenCalled();

  confirm.mockResolvedValue(true);
  await section.get(".mod-options button").trigger("click");
  await flushPromises();
  expect(shown()).toEqual([]);
});

test("a mere reader can delete nothing of others, and a visitor is asked to sign in", async () => {
  const { section } = await setUp([comment(1)]);
  expect(section.find(".mod-options").exists()).toBe(false);

  user.value = null;
  await flushPromises();
  expect(section.find("textarea").exists()).toBe(false);
  expect(section.get('a[href="/login"]').text()).not.toBe("");
});

test("after a lost connection the list is asked for anew", async () => {
  const { shown } = await setUp([comment(1)]);

  stream.onState?.("waiting", null);
  vi.spyOn(api, "get").mockResolvedValue({ comments: [comment(2), comment(1)] } as never);
  stream.onState?.("open", null);
  await flushPromises();

  expect(shown()).toEqual(["comment 2", "comment 1"]);
});
