import { enableAutoUnmount, mount } from "@vue/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import SearchBox from "@/features/search/SearchBox.vue";

enableAutoUnmount(afterEach);
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp(query = "") {
  const box = mount(SearchBox, { props: { query }, attachTo: document.body });
  const field = box.get<HTMLInputElement>("input");
  function type(text: string, isComposing = false): void {
    field.element.value = text;
    field.element.dispatchEvent(new InputEvent("input", { isComposing, bubbles: true }));
  }
  return { box, field, type, searched: () => box.emitted("search") ?? [] };
}

test("Korean is searched for when the word is whole, once", async () => {
  const { field, type, searched } = setUp();

  await field.trigger("compositionstart");
  type("ㄷ", true);
  type("도", true);
  vi.advanceTimersByTime(1_000);
  await field.trigger("keydown", { key: "Enter", isComposing: true });
  expect(searched()).toEqual([]);

  type("도커", true);
  await field.trigger("compositionend");
  await field.trigger("keydown", { key: "Enter" });
  vi.advanceTimersByTime(1_000);

  expect(searched()).toEqual([["도커"]]);
});

test("typing that goes on is not overwritten by the address of what was asked before", async () => {
  const { box, field, type, searched } = setUp();
  type("doc");
  vi.advanceTimersByTime(250);

  type("dock");
  await box.setProps({ query: "doc" });
  vi.advanceTimersByTime(250);

  expect(field.element.value).toBe("dock");
  expect(searched()).toEqual([["doc"], ["dock"]]);
});

test("another address, from the back button, is shown and not asked for again", async () => {
  const { box, field, searched } = setUp("docker");

  await box.setProps({ query: "redis" });
  vi.advanceTimersByTime(1_000);

  expect(field.element.value).toBe("redis");
  expect(searched()).toEqual([]);
});

test("Escape clears, and / brings the focus here", async () => {
  const { field, searched } = setUp("docker");

  await field.trigger("keydown", { key: "Escape" });
  expect([field.element.value, searched()]).toEqual(["", [[""]]]);

  field.element.blur();
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "/", bubbles: true, cancelable: true }));
  expect(document.activeElement).toBe(field.element);
});
