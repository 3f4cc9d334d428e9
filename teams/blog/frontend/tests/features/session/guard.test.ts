import { beforeEach, expect, test } from "vitest";
import { session } from "@/api/client";
import { emptyPages } from "../../mountAt";
import { user } from "../../samples";

async function arriveAt(path: string) {
  const router = emptyPages();
  await router.push(path);
  return router.currentRoute.value;
}

beforeEach(() => session.end());

test.each(["/editor", "/editor/a-story", "/settings", "/drafts", "/article/a-story/history", "/?feed=following"])(
  "%s asks a visitor to sign in, and remembers where they wanted to go",
  async (path) => {
    const { name, query } = await arriveAt(path);

    expect(name).toBe("login");
    expect(query.next).toBe(path);
  },
);

test.each(["/", "/tag/docker", "/article/a-story", "/profile/author", "/search?q=redis", "/no/such/page"])(
  "%s is open to everybody",
  async (path) => {
    expect((await arriveAt(path)).fullPath).toBe(path);
  },
);

test("who is signed in goes straight on", async () => {
  session.begin({ access: "token", refresh: null }, user);

  expect((await arriveAt("/settings")).name).toBe("settings");
});
