import { flushPromises } from "@vue/test-utils";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type EffectScope, type WatchSource, effectScope, nextTick, ref } from "vue";
import { useRequest } from "@/composables/useRequest";

let scope: EffectScope;
beforeEach(() => {
  scope = effectScope();
});
afterEach(() => scope.stop());

/** As a component calls it, which has a scope that ends. */
function request(load: (signal: AbortSignal) => Promise<string>, sources: WatchSource[] = []) {
  return scope.run(() => useRequest(load, sources))!;
}

/** A loader whose answers the test gives when it wants, in the order that it wants. */
function loader() {
  const calls: { signal: AbortSignal; answer: (value: string) => void; fail: (error: unknown) => void }[] = [];
  const load = (signal: AbortSignal) => new Promise<string>((answer, fail) => calls.push({ signal, answer, fail }));
  return { calls, load };
}

test("data comes, and pending ends", async () => {
  const { calls, load } = loader();
  const { data, pending } = request(load);
  expect(pending.value).toBe(true);

  calls[0]?.answer("one");
  await flushPromises();

  expect(data.value).toBe("one");
  expect(pending.value).toBe(false);
});

test("an answer that comes late does not replace a newer one", async () => {
  const { calls, load } = loader();
  const source = ref(1);
  const { data } = request(load, [source]);
  source.value = 2;
  await nextTick();

  calls[1]?.answer("new");
  await flushPromises();
  calls[0]?.answer("old");
  await flushPromises();

  expect(calls[0]?.signal.aborted).toBe(true);
  expect(data.value).toBe("new");
});

test("the failure of a request that was overtaken is nobody's", async () => {
  const { calls, load } = loader();
  const { error, pending, reload } = request(load);
  void reload();

  calls[0]?.fail(new DOMException("aborted", "AbortError"));
  await flushPromises();

  expect(error.value).toBeNull();
  expect(pending.value).toBe(true);
});

test("old data stays while new data comes, and when it fails to come", async () => {
  const { calls, load } = loader();
  const { data, error, reload } = request(load);
  calls[0]?.answer("one");
  await flushPromises();

  void reload();
  expect(data.value).toBe("one");
  calls[1]?.fail(new Error("lost"));
  await flushPromises();

  expect(data.value).toBe("one");
  expect(error.value?.code).toBe("failed");
});

test("trying again with success forgets the error", async () => {
  const { calls, load } = loader();
  const { error, reload } = request(load);
  calls[0]?.fail(new Error("lost"));
  await flushPromises();

  void reload();
  calls[1]?.answer("one");
  await flushPromises();

  expect(error.value).toBeNull();
});

test("a page that is left asks for nothing more", () => {
  const { calls, load } = loader();
  request(load);

  scope.stop();

  expect(calls[0]?.signal.aborted).toBe(true);
});
