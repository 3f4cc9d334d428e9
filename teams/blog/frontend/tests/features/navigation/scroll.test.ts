import { expect, test } from "vitest";
import { createMemoryHistory, createRouter, START_LOCATION } from "vue-router";
import { scroll } from "@/features/navigation/scroll";

const router = createRouter({ history: createMemoryHistory(), routes: [{ path: "/:any(.*)", component: {} }] });

async function at(address: string) {
  await router.push(address);
  return router.currentRoute.value;
}

test("a page that follows another begins at its top", async () => {
  expect(await scroll(await at("/next"), await at("/"), null)).toEqual({ top: 0 });
});

test("the first page is not moved", async () => {
  expect(await scroll(await at("/"), START_LOCATION, null)).toBe(false);
});

test("the first page begins where its address points", async () => {
  expect(await scroll(await at("/#section-build"), START_LOCATION, null)).toEqual({ el: "#section-build" });
});
