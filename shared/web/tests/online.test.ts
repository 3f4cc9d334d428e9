import { expect, test, vi } from "vitest";
import { isOnline, noteAnswer, noteSilence, onOnline } from "@course/web/online";

test("offline is what gets no answer, until the server answers again", async () => {
  const ask = vi.fn<typeof fetch>(() => Promise.reject(new TypeError("away")));
  vi.stubGlobal("fetch", ask);
  const told: boolean[] = [];
  const stop = onOnline((online) => void told.push(online));

  noteSilence();
  noteSilence();
  expect([isOnline(), told]).toEqual([false, [false]]);

  dispatchEvent(new Event("online"));
  await vi.waitFor(() => expect(ask).toHaveBeenCalledTimes(1));
  expect(isOnline()).toBe(false);

  ask.mockResolvedValue(new Response(null, { status: 502 }));
  await vi.waitFor(() => {
    dispatchEvent(new Event("online"));
    expect(isOnline()).toBe(true);
  });
  expect(told).toEqual([false, true]);
  stop();
});

test("an answer that was on its way when the cable was pulled does not bring the server back", () => {
  const cable = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  const told: boolean[] = [];
  const stop = onOnline((online) => void told.push(online));
  dispatchEvent(new Event("offline"));

  noteAnswer();
  expect(told).toEqual([false]);

  cable.mockReturnValue(true);
  noteAnswer();
  expect(told).toEqual([false, true]);
  stop();
});
