import { ApiError } from "@course/web/problem";
import { enableAutoUnmount, flushPromises, mount } from "@vue/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ref } from "vue";
import { createMemoryHistory, createRouter } from "vue-router";
import { type Article, api } from "@/api/client";
import ArticlePage from "@/features/articles/ArticlePage.vue";

const user = ref<{ username: string } | null>(null);
vi.mock("@/composables/useSession", () => ({ useSession: () => ({ user, signedInOrAsk: vi.fn() }) }));

enableAutoUnmount(afterEach);
beforeEach(() => (user.value = null));

function anArticle(changes: Partial<Article> = {}): Article {
  return {
    slug: "a",
    title: "A title",
    description: "About",
    body: "Body",
    bodyHtml: "<h2>One</h2><p>Text</p><h2>Two</h2>",
    tagList: [],
    createdAt: "2026-01-01T00:00:00.000Z",
    updatedAt: "2026-01-01T00:00:00.000Z",
    favorited: false,
    favoritesCount: 2,
    cover: null,
    author: { username: "author", bio: null, image: null, following: false },
    status: "published",
    publishAt: null,
    ...changes,
  };
}

async function setUp(answer: Article | ApiError) {
  const get = vi.spyOn(api, "get");
  if (answer instanceof ApiError) get.mockRejectedValue(answer);
  else get.mockResolvedValue({ article: answer } as never);
  const names = ["home", "article", "profile", "tag", "edit", "history", "login"];
  const router = createRouter({
    history: createMemoryHistory(),
    routes: names.map((name) => ({
      path: `/${name}/:slug?/:username?/:tag?`,
      name,
      component: { render: () => null },
    })),
  });
  await router.push("/article/a");
  const page = mount(ArticlePage, { props: { slug: "a" }, global: { plugins: [router] }, attachTo: document.body });
  await flushPromises();
  return { page, get };
}

/** Until what is on the screen is painted. */
async function aFrame(): Promise<void> {
  await new Promise((go) => requestAnimationFrame(() => setTimeout(go)));
  await flushPromises();
}

test("the text of the API is shown with its table of contents", async () => {
  const { page } = await setUp(anArticle());

  expect(page.get("h1").text()).toBe("A title");
  await vi.waitFor(() => expect(page.find(".outline-wide").exists()).toBe(true));
  expect(page.get(".article-content h2").attributes("id")).toBe("section-one");
  expect(page.findAll(".outline-wide a").map((link) => link.text())).toEqual(["One", "Two"]);
});

test("the text comes when the head is on the screen, and what stands below it when the text is", async () => {
  const { page } = await setUp(anArticle());
  expect(page.find(".article-content").exists()).toBe(false);

  await aFrame();
  expect(page.find(".article-content").exists()).toBe(true);
  expect(page.find(".after").exists()).toBe(false);

  await aFrame();
  expect(page.find(".after").exists()).toBe(true);
});

test("a deleted article is said to be gone, calmly", async () => {
  const { page } = await setUp(new ApiError("gone", { status: 404 }));

  expect(page.get("h1").text()).toBe("This article is not here");
  expect(page.find("[role=alert]").exists()).toBe(false);
});

test("after a failure the article can be asked for again", async () => {
  const { page, get } = await setUp(new ApiError("down", { status: 503, requestId: "r-1" }));
  expect(page.get("[role=alert]").text()).toContain("r-1");

  get.mockResolvedValue({ article: anArticle() } as never);
  await page.get("[role=alert] button").trigger("click");
  await flushPromises();

  expect(page.get("h1").text()).toBe("A title");
});

test("readers follow and favour, only the author edits and deletes", async () => {
  const { page } = await setUp(anArticle());
  const actions = () => page.get(".article-actions").text();
  expect(actions()).toContain("Follow author");
  expect(actions()).not.toContain("Delete Article");

  user.value = { username: "author" };
  await flushPromises();

  expect(actions()).toContain("Edit Article");
  expect(actions()).toContain("Delete Article");
  expect(actions()).not.toContain("Follow");
});

test("a draft says that only its author sees it", async () => {
  expect((await setUp(anArticle({ status: "draft" }))).page.get("[role=note]").text()).toContain("Only you");
});

test("a picture that is being processed is asked for until it is ready", async () => {
  vi.useFakeTimers();
  const cover = { status: "processing" as const, alt: "", images: [], reason: null };
  const { page, get } = await setUp(anArticle({ cover }));
  const images = [{ url: "/media/a.webp", width: 320, height: 200 }];
  get.mockResolvedValue({ article: anArticle({ cover: { ...cover, status: "ready", images } }) } as never);

  await vi.advanceTimersByTimeAsync(1_500);
  expect(page.get("img.cover").attributes("srcset")).toBe("/media/a.webp 320w");

  const asked = get.mock.calls.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(get.mock.calls.length).toBe(asked);
  vi.useRealTimers();
});
