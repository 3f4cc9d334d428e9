import { ApiError } from "@course/web/problem";
import { enableAutoUnmount, flushPromises, mount } from "@vue/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { defineComponent, h, ref } from "vue";
import { createMemoryHistory, createRouter, RouterView } from "vue-router";
import { type Article, api } from "@/api/client";
import EditorDesk from "@/features/editor/EditorDesk.vue";

vi.mock("@/composables/useSession", () => ({
  useSession: () => ({ user: ref({ username: "demo" }), signedIn: ref(true) }),
}));
const confirm = vi.fn();
vi.mock("@/composables/useConfirm", () => ({ useConfirm: () => ({ confirm }) }));

enableAutoUnmount(afterEach);
afterEach(() => vi.unstubAllGlobals());
beforeEach(() => localStorage.clear());

const moment = "2026-01-01T00:00:00.000Z";
const article: Article = {
  slug: "a-title",
  title: "A title",
  description: "About",
  body: "Body",
  bodyHtml: "<p>Body</p>",
  tagList: [],
  createdAt: moment,
  updatedAt: moment,
  favorited: false,
  favoritesCount: 0,
  cover: null,
  author: { username: "demo", bio: null, image: null, following: false },
  status: "draft",
  publishAt: null,
};

async function setUp(start: Article | null = null) {
  const page = defineComponent(() => () => h(EditorDesk, { start, replacement: null }));
  const empty = { render: () => null };
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: "/", name: "write", component: page },
      { path: "/article/:slug", name: "article", component: empty },
      { path: "/tag/:tag", name: "tag", component: empty },
    ],
  });
  await router.push("/");
  const view = mount(RouterView, { global: { plugins: [router] }, attachTo: document.body });
  await flushPromises();
  const button = (text: string) => view.findAll("button").find((one) => one.text() === text)!;
  return { view, router, button };
}

async function write(view: Awaited<ReturnType<typeof setUp>>["view"]): Promise<void> {
  await view.get("[name=title]").setValue("A title");
  await view.get("[name=description]").setValue("About");
  await view.get("[name=body]").setValue("Body");
}

test("publishing leads to the article, and a double click publishes once", async () => {
  const post = vi.spyOn(api, "post").mockResolvedValue({ article: { ...article, status: "published" } } as never);
  const { view, router, button } = await setUp();
  await write(view);

  await button("Publish Article").trigger("click");
  await button("Publish Article").trigger("click");
  await vi.waitFor(() => expect(router.currentRoute.value.fullPath).toBe("/article/a-title"));

  expect(post).toHaveBeenCalledTimes(1);
});

test("what the server refuses is said, and the text stays", async () => {
  vi.spyOn(api, "post").mockRejectedValue(new ApiError("", { status: 422, fields: { title: ["can't be blank"] } }));
  const { view, router, button } = await setUp();
  await write(view);

  await button("Publish Article").trigger("click");
  await flushPromises();

  expect(view.get(".error-messages").text()).toContain("can't be blank");
  expect(view.get<HTMLTextAreaElement>("[name=body]").element.value).toBe("Body");
  expect(router.currentRoute.value.name).toBe("write");
});

test("Ctrl+S keeps a new article as a draft", async () => {
  const post = vi.spyOn(api, "post").mockResolvedValue({ article } as never);
  const { view } = await setUp();
  await write(view);

  await view.get("[name=body]").trigger("keydown", { key: "s", ctrlKey: true });
  await flushPromises();

  expect(post.mock.calls[0]?.[1]).toMatchObject({ body: { article: { status: "draft" } } });
});

test("after a conflict, mine goes on top and is published, as was wanted", async () => {
  const put = vi.spyOn(api, "put");
  put.mockRejectedValueOnce(new ApiError("", { status: 409, fields: { article: ["was changed meanwhile"] } }));
  put.mockResolvedValueOnce({ article: { ...article, status: "published" } } as never);
  const theirs = { ...article, body: "Theirs", updatedAt: "2026-01-02T00:00:00.000Z" };
  vi.spyOn(api, "get").mockResolvedValue({ article: theirs } as never);
  const { view, router, button } = await setUp(article);
  await view.get("[name=body]").setValue("Mine");

  await button("Publish Article").trigger("click");
  await flushPromises();
  expect(view.get(".conflict ins").text()).toContain("Mine");
  await button("Save mine on top").trigger("click");
  await vi.waitFor(() => expect(router.currentRoute.value.name).toBe("article"));

  const published = { body: "Mine", status: "published", basedOn: theirs.updatedAt };
  expect(put.mock.lastCall?.[1]).toMatchObject({ body: { article: published } });
});

test("leaving asks only if what was typed is nowhere kept", async () => {
  let isFull = true;
  vi.stubGlobal("localStorage", {
    setItem: () => {
      if (isFull) throw new DOMException("full", "QuotaExceededError");
    },
  });
  const { view, router } = await setUp();
  await write(view);
  confirm.mockResolvedValueOnce(false);

  await router.push("/article/x");
  expect(router.currentRoute.value.name).toBe("write");

  isFull = false;
  await router.push("/article/x");
  expect(router.currentRoute.value.name).toBe("article");
  expect(confirm).toHaveBeenCalledTimes(1);
});
