import { beforeEach, expect, type MockInstance, test, vi } from "vitest";
import { api } from "@/api/client";
import { askArticle, askEarly } from "@/features/articles/asking";

const { signal } = new AbortController();
const echo = async (_path: string, { params }: { params: { path: { slug: string } } }) => ({ article: params.path });
let get: MockInstance;
beforeEach(() => {
  get = vi.spyOn(api, "get").mockImplementation(echo as never);
});

test("what was asked early is not asked again, and serves once", async () => {
  askEarly("a");

  expect(await askArticle("a", signal)).toEqual({ slug: "a" });
  expect(get).toHaveBeenCalledTimes(1);
  await askArticle("a", signal);
  expect(get).toHaveBeenCalledTimes(2);
});

test("the answer of another article is not taken", async () => {
  askEarly("a");

  expect(await askArticle("b", signal)).toEqual({ slug: "b" });
  expect(await askArticle("a", signal)).toEqual({ slug: "a" });
  expect(get).toHaveBeenCalledTimes(3);
});

test("an early failure meets the page that asks", async () => {
  get.mockRejectedValueOnce(new Error("down"));
  askEarly("a");
  await Promise.resolve();

  await expect(askArticle("a", signal)).rejects.toThrow("down");
});
