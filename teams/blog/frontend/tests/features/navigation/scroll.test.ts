import { expect, test } from "vitest";
import { createMemoryHistory, createRouter } from "vue-router";
import { scroll } from "@/features/navigation/scroll";

const router = createRouter({ history: createMemoryHistory(), routes: [{ path: "/:any(.*)", component: {} }] });
const nowhere = router.resolve("/");
const nothingBefore = { ...nowhere, matched: [] };

test("a page that follows another begins at its top", async () => {
  expect(await scroll(router.resolve("/next"), nowhere, null)).toEqual({ top: 0 });
});

test("the first page is not moved", async () => {
  expect(await scroll(nowhere, nothingBefore, null)).toBe(false);
});

test("the first page begins where its address points", async () => {
  expect(await scroll(router.resolve("/#section-build"), nothingBefore, null)).toEqual({ el: "#section-build" });
});
