import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createTyping } from "@course/web/typing";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a search begins when the typing pauses, with the whole word", () => {
  const search = vi.fn();
  const typing = createTyping(search, "");

  for (const text of ["d", "do", "doc", "dock"]) {
    typing.input(text, false);
    vi.advanceTimersByTime(100);
  }
  expect(search).not.toHaveBeenCalled();
  vi.advanceTimersByTime(250);

  expect(search.mock.calls).toEqual([["dock"]]);
});

test("half a Korean syllable is never searched for, its end is, once", () => {
  const search = vi.fn();
  const typing = createTyping(search, "");

  typing.composing();
  for (const text of ["ㄷ", "도", "돜"]) {
    typing.input(text, true);
    vi.advanceTimersByTime(1_000);
  }
  // The first syllable is done, and the next composition begins at once.
  typing.input("도", false);
  typing.composing();
  typing.input("도커", true);
  vi.advanceTimersByTime(1_000);
  expect(search).not.toHaveBeenCalled();

  typing.input("도커", false);
  vi.advanceTimersByTime(1_000);
  expect(search.mock.calls).toEqual([["도커"]]);
});

test("Enter searches at once and leaves nothing waiting", () => {
  const search = vi.fn();
  const typing = createTyping(search, "");

  typing.input("docker", false);
  typing.now("docker");
  vi.advanceTimersByTime(1_000);

  expect(search.mock.calls).toEqual([["docker"]]);
});

test("the same words are not searched for twice", () => {
  const search = vi.fn();
  const typing = createTyping(search, "docker");

  typing.now("docker ");

  expect(search).not.toHaveBeenCalled();
});
