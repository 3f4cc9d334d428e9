import { flushPromises } from "@vue/test-utils";
import { beforeEach, expect, test, vi } from "vitest";
import { nextTick } from "vue";
import { session } from "@/api/client";
import HomePage from "@/features/home/HomePage.vue";
import { useI18n } from "@/i18n";
import { fakeApi, type Reply } from "../../fakeApi";
import { mountAt } from "../../mountAt";
import { article, user } from "../../samples";

const TAGS: Reply = { body: { tags: ["docker"] } };
const ARTICLES: Reply = { body: { articles: [article()], articlesCount: 31 } };

beforeEach(() => session.end());

test("the newest articles are there, with links to the other pages", async () => {
  fakeApi({ "GET /api/tags": TAGS, "GET /api/articles": ARTICLES });

  const { wrapper } = await mountAt(HomePage, "/?page=2");
  await flushPromises();

  expect(wrapper.get(".preview-link").attributes("href")).toBe("/article/a-story");
  await vi.waitFor(() => expect(wrapper.get(".page-item.active").text()).toBe("2"));
  expect(wrapper.get(".sidebar .tag-pill").attributes("href")).toBe("/tag/docker");
});

test("the articles are made one after the other", async () => {
  const articles = Array.from({ length: 9 }, (_, number) => article({ slug: `story-${number}` }));
  fakeApi({ "GET /api/tags": TAGS, "GET /api/articles": { body: { articles, articlesCount: 9 } } });

  const { wrapper } = await mountAt(HomePage, "/");
  await flushPromises();

  const seen = new Set<number>();
  await vi.waitFor(
    () => {
      seen.add(wrapper.findAll(".preview-link").length);
      expect(wrapper.find(".article-list.unfinished").exists()).toBe(false);
    },
    { interval: 0 },
  );
  expect(seen.size).toBeGreaterThan(2);
  expect(wrapper.findAll(".preview-link")).toHaveLength(9);
});

test("the address says what is asked for", async () => {
  session.begin({ access: "token", refresh: null }, user);
  const asked = fakeApi({ "GET /api/tags": TAGS, "GET /api/articles": ARTICLES, "GET /api/articles/feed": ARTICLES });
  const { router, wrapper } = await mountAt(HomePage, "/tag/docker?page=3");
  await flushPromises();

  await router.push("/?feed=following");
  await flushPromises();

  expect(wrapper.get(".feed-toggle [aria-current=page]").text()).toBe("Your Feed");
  expect(asked).toContain("GET /api/articles?limit=10&offset=20&tag=docker");
  expect(asked.at(-1)).toBe("GET /api/articles/feed?limit=10&offset=0");
});

test("an empty feed says how to fill it", async () => {
  session.begin({ access: "token", refresh: null }, user);
  fakeApi({ "GET /api/tags": TAGS, "GET /api/articles/feed": { body: { articles: [], articlesCount: 0 } } });

  const { wrapper } = await mountAt(HomePage, "/?feed=following");
  await flushPromises();

  expect(wrapper.get(".empty-feed-message").text()).toContain("Follow an author");
});

test("a list that fails shows why, where to ask, and tries again", async () => {
  let reply: Reply = { status: 500, headers: { "X-Request-ID": "0a1b2c" } };
  fakeApi({ "GET /api/tags": TAGS, "GET /api/articles": () => reply });
  const { wrapper } = await mountAt(HomePage, "/");
  await flushPromises();
  expect(wrapper.get(".empty-feed-message").text()).toContain("0a1b2c");

  reply = ARTICLES;
  await wrapper.get(".empty-feed-message button").trigger("click");
  await flushPromises();

  expect(wrapper.findAll(".article-preview")).toHaveLength(1);
});

test("another language changes what is on the page, in place", async () => {
  fakeApi({ "GET /api/tags": TAGS, "GET /api/articles": ARTICLES });
  const { wrapper } = await mountAt(HomePage, "/");
  await flushPromises();
  const { setLanguage } = useI18n();

  setLanguage("ko");
  await nextTick();
  expect(wrapper.get(".feed-toggle").text()).toBe("전체 글");
  expect(wrapper.get("time").text()).toBe("2026년 11월 1일");
  expect(document.documentElement.lang).toBe("ko");

  setLanguage("en");
  await nextTick();
  expect(wrapper.get(".feed-toggle").text()).toBe("Global Feed");
});
