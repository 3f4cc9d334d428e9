import { enableAutoUnmount, flushPromises, mount } from "@vue/test-utils";
import { afterEach, expect, test, vi } from "vitest";
import { api } from "@/api/client";
import HistoryPage from "@/features/revisions/HistoryPage.vue";

enableAutoUnmount(afterEach);

const bodies = ["one text", "another text", "another text today"];

async function setUp() {
  const moment = "2026-01-01T00:00:00.000Z";
  const revision = (number: number) => ({ number, title: "A title", createdAt: moment });
  vi.spyOn(api, "get").mockImplementation((async (_: string, options: { params: { path: { number?: number } } }) => {
    const { number } = options.params.path;
    if (number === undefined) return { revisions: [revision(3), revision(2), revision(1)] };
    return { revision: { ...revision(number), description: "About", body: bodies[number - 1] } };
  }) as never);
  const page = mount(HistoryPage, {
    props: { slug: "a" },
    global: { stubs: { RouterLink: { props: ["to"], template: "<a :data-to='JSON.stringify(to)'><slot /></a>" } } },
  });
  await flushPromises();
  const words = (kind: "ins" | "del") => page.findAll(`.diff ${kind} > span:last-child`).map((word) => word.text());
  return { page, words };
}

test("it begins with the last change", async () => {
  const { words } = await setUp();

  expect([words("del"), words("ins")]).toEqual([[], ["today"]]);
});

test("any two versions can be compared, the older always with the newer", async () => {
  const { page, words } = await setUp();

  await page.get('input[name="newer"][value="1"]').setValue();
  await flushPromises();
  expect(page.get<HTMLInputElement>('input[name="older"][value="1"]').element.checked).toBe(true);

  await page.get('input[name="newer"][value="2"]').setValue();
  await flushPromises();
  expect([words("del"), words("ins")]).toEqual([["one"], ["another"]]);
});

test("an older version opens in the editor, the newest does not", async () => {
  const { page } = await setUp();

  const restores = page.findAll("a[title]").map((link) => JSON.parse(link.attributes("data-to") ?? ""));

  expect(restores.map(({ query }) => query.revision)).toEqual([2, 1]);
});
