import { expect, test, vi } from "vitest";
import { delay, pause } from "@course/web/backoff";

test("the ceiling doubles up to its end, and nobody comes below the floor", () => {
  const random = vi.spyOn(Math, "random");
  const delays = () => [0, 1, 2, 6, 1_000_000].map((failures) => delay(failures, { from: 500, to: 30_000 }));

  random.mockReturnValue(1);
  expect(delays()).toEqual([500, 1_000, 2_000, 30_000, 30_000]);
  random.mockReturnValue(0);
  expect(delays()).toEqual([500, 500, 500, 500, 500]);
});

test("a pause ends when it is woken, even before it began", async () => {
  const waking = new AbortController();
  const pausing = pause(3_600_000, waking.signal);

  waking.abort();

  await expect(pausing).resolves.toBeUndefined();
  await expect(pause(3_600_000, waking.signal)).resolves.toBeUndefined();
});
