import { beforeEach, expect, test } from "vitest";
import { nextTick } from "vue";
import { session } from "@/api/client";
import SessionNotice from "@/features/session/SessionNotice.vue";
import { mountAt } from "../../mountAt";
import { user } from "../../samples";

beforeEach(() => session.begin({ access: "token", refresh: null }, user));

test.each([
  ["expired", "has ended"],
  ["stolen", "somebody else"],
  ["elsewhere", "another tab"],
] as const)("a session that ended as %s is explained, with a way back in", async (reason, words) => {
  const { wrapper, router } = await mountAt(SessionNotice, "/tag/docker");

  await session.end(reason);
  await nextTick();

  expect(wrapper.get(".bar").text()).toContain(words);
  expect(router.currentRoute.value.path).toBe("/tag/docker");
});

test("the way back in is a form over the page that knows who was here", async () => {
  const { wrapper } = await mountAt(SessionNotice, "/");
  await session.end("expired");
  await nextTick();

  await wrapper.get(".btn-primary").trigger("click");

  expect(wrapper.get("dialog").attributes()).toHaveProperty("open");
  expect(wrapper.get<HTMLInputElement>("[name=email]").element.value).toBe(user.email);
});

test("what the other tab clears one by one is one end", async () => {
  const { wrapper } = await mountAt(SessionNotice, "/");

  for (const key of ["jwtToken", "user"]) {
    localStorage.removeItem(key);
    window.dispatchEvent(new StorageEvent("storage", { key, newValue: null, storageArea: localStorage }));
  }
  await nextTick();

  expect(wrapper.get(".bar").text()).toContain("another tab");
});

test("who signs out is not asked why", async () => {
  const { wrapper } = await mountAt(SessionNotice, "/");

  await session.end("signed-out");
  await nextTick();

  expect(wrapper.find(".bar").exists()).toBe(false);
});

test("signing in again ends the notice", async () => {
  const { wrapper } = await mountAt(SessionNotice, "/");
  await session.end("expired");

  session.begin({ access: "another", refresh: null }, user);
  await nextTick();

  expect(wrapper.find(".bar").exists()).toBe(false);
});
