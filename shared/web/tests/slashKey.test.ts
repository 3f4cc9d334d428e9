import { afterEach, expect, test, vi } from "vitest";
import { onSlash } from "@course/web/slashKey";

const stops: (() => void)[] = [];

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  document.body.replaceChildren();
});

function press(target: EventTarget = document.body, init: KeyboardEventInit = {}): void {
  target.dispatchEvent(new KeyboardEvent("keydown", { key: "/", bubbles: true, cancelable: true, ...init }));
}

test("a slash brings one to the search, and a slash in a text is a slash", () => {
  const focus = vi.fn();
  stops.push(onSlash(focus));
  const field = document.body.appendChild(document.createElement("input"));

  press(field);
  press(document.body, { ctrlKey: true });
  expect(focus).not.toHaveBeenCalled();
  press();

  expect(focus).toHaveBeenCalledTimes(1);
});

test("the page's own field goes before that of the navigation bar", () => {
  const [bar, page] = [vi.fn(), vi.fn()];
  stops.push(onSlash(bar), onSlash(page, true));

  press();

  expect(page).toHaveBeenCalledTimes(1);
  expect(bar).not.toHaveBeenCalled();
});
