import { afterEach, expect, test, vi } from "vitest";
import { watchOtherTabs } from "@/features/editor/otherTabs";

const leaves: (() => void)[] = [];
afterEach(() => leaves.splice(0).forEach((leave) => leave()));

function open(topic: string) {
  const onChange = vi.fn();
  const leave = watchOtherTabs(topic, onChange);
  leaves.push(leave);
  return { onChange, leave };
}

test("both tabs learn of each other, and of the other's end", async () => {
  const first = open("a");
  const second = open("a");
  await vi.waitFor(() => expect(second.onChange).toHaveBeenLastCalledWith(true));
  await vi.waitFor(() => expect(first.onChange).toHaveBeenLastCalledWith(true));

  leaves.splice(leaves.indexOf(second.leave), 1)[0]?.();

  await vi.waitFor(() => expect(first.onChange).toHaveBeenLastCalledWith(false));
});

test("another article in another tab is nobody's business", async () => {
  const other = open("b");
  const first = open("c");
  const second = open("c");
  await vi.waitFor(() => expect(second.onChange).toHaveBeenCalled());
  await vi.waitFor(() => expect(first.onChange).toHaveBeenCalled());

  expect(other.onChange).not.toHaveBeenCalled();
});
