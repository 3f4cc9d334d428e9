import { flushPromises } from "@vue/test-utils";
import { beforeEach, expect, test } from "vitest";
import { session } from "@/api/client";
import FavoriteButton from "@/components/FavoriteButton.vue";
import { useToasts } from "@/composables/useToasts";
import { fakeApi, type Reply } from "../fakeApi";
import { mountAt } from "../mountAt";
import { article, user } from "../samples";

const PATH = "/api/articles/a-story/favorite";

beforeEach(() => session.begin({ access: "token", refresh: null }, user));

test("the heart fills before the server has answered", async () => {
  let answer: (reply: Reply) => void = () => {};
  fakeApi({ [`POST ${PATH}`]: () => new Promise<Reply>((resolve) => (answer = resolve)) });
  const { wrapper } = await mountAt(FavoriteButton, "/", { props: { article: article() } });

  await wrapper.get("button").trigger("click");
  expect(wrapper.get("button").classes()).toContain("btn-primary");
  expect(wrapper.text()).toBe("Unfavorite Article 3");
  await flushPromises();
  answer({ body: { article: article({ favorited: true, favoritesCount: 7 }) } });
  await flushPromises();

  expect(wrapper.text()).toBe("Unfavorite Article 7");
});

test("a refusal empties it again, and says why", async () => {
  fakeApi({ [`POST ${PATH}`]: { status: 503 } });
  const { wrapper } = await mountAt(FavoriteButton, "/", { props: { article: article() } });

  await wrapper.get("button").trigger("click");
  await flushPromises();

  expect(wrapper.get("button").classes()).toContain("btn-outline-primary");
  expect(wrapper.text()).toBe("Favorite Article 2");
  expect(useToasts().shown.at(-1)?.kind).toBe("failed");
});

test("two clicks at once count once", async () => {
  const asked = fakeApi({ [`POST ${PATH}`]: { body: { article: article({ favorited: true }) } } });
  const { wrapper } = await mountAt(FavoriteButton, "/", { props: { article: article() } });

  await wrapper.get("button").trigger("click");
  await wrapper.get("button").trigger("click");
  await flushPromises();

  expect(asked).toEqual([`POST ${PATH}`]);
});

test("taking it back is a DELETE", async () => {
  const asked = fakeApi({ [`DELETE ${PATH}`]: { body: { article: article() } } });
  const { wrapper } = await mountAt(FavoriteButton, "/", {
    props: { article: article({ favorited: true }), labelled: true },
  });
  expect(wrapper.text()).toContain("Unfavorite Article");

  await wrapper.get("button").trigger("click");
  await flushPromises();

  expect(asked).toEqual([`DELETE ${PATH}`]);
  expect(wrapper.text()).toContain("Favorite Article");
});

test("a visitor is led to sign in, and back", async () => {
  await session.end();
  const asked = fakeApi({});
  const { wrapper, router } = await mountAt(FavoriteButton, "/tag/docker", { props: { article: article() } });

  await wrapper.get("button").trigger("click");
  await flushPromises();

  expect(router.currentRoute.value.fullPath).toBe("/login?next=/tag/docker");
  expect(asked).toEqual([]);
});
