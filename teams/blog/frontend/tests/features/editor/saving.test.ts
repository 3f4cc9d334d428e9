import { ApiError } from "@course/web/problem";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createSaving } from "@/features/editor/saving";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function refused(status: number): ApiError {
  return Object.assign(new ApiError("refused"), { status });
}

function setUp({ automatic = true, keeps = true } = {}) {
  const steps: string[] = [];
  const send = vi.fn(async () => void steps.push("sent"));
  const saving = createSaving({
    keep: () => steps.push("kept") > 0 && keeps,
    send,
    forget: () => void steps.push("forgotten"),
    isAutomatic: () => automatic,
  });
  return { saving, send, steps };
}

test("what is typed is on the device within a second, however fast the typing goes on", async () => {
  const { saving, steps } = setUp();

  for (let key = 0; key < 9; key += 1) {
    saving.changed();
    await vi.advanceTimersByTimeAsync(100);
  }

  expect(steps).toContain("kept");
  expect(steps).not.toContain("sent");
});

test("the server gets it when the author pauses, and the device forgets it", async () => {
  const { saving, steps } = setUp();

  saving.changed();
  await vi.advanceTimersByTimeAsync(3_000);

  expect(steps).toEqual(["kept", "sent", "forgotten"]);
  expect(saving.state).toMatchObject({ place: "server", error: null, sending: false });
});

test("what is not automatic stays on the device until it is sent", async () => {
  const { saving, steps } = setUp({ automatic: false });

  saving.changed();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(steps).toEqual(["kept"]);

  await expect(saving.send()).resolves.toBe(true);
  expect(steps).toEqual(["kept", "sent", "forgotten"]);
});

test("a failed send is tried again, and meanwhile the device keeps the text", async () => {
  const { saving, send, steps } = setUp();
  send.mockRejectedValueOnce(refused(503));

  saving.changed();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(saving.state).toMatchObject({ place: "device", error: { status: 503 } });
  expect(steps).not.toContain("forgotten");

  await vi.advanceTimersByTimeAsync(15_000);
  expect(saving.state).toMatchObject({ place: "server", error: null });
});

test("a text that the server refuses is not sent again until it changes", async () => {
  const { saving, send } = setUp();
  send.mockRejectedValueOnce(refused(422));

  saving.changed();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(send).toHaveBeenCalledTimes(1);

  saving.changed();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(send).toHaveBeenCalledTimes(2);
});

test("what is typed while a send is on its way is not taken for saved", async () => {
  const { saving, send, steps } = setUp();
  let arrive = () => {};
  send.mockImplementationOnce(() => new Promise<undefined>((resolve) => (arrive = () => resolve(undefined))));

  saving.changed();
  const sending = saving.send();
  await vi.advanceTimersByTimeAsync(0);
  saving.changed();
  arrive();
  await sending;

  expect(saving.state.place).toBe("nowhere");
  expect(steps).not.toContain("forgotten");
});

test("two sends are one after the other, never at once", async () => {
  const { saving, send } = setUp();
  let atOnce = 0;
  let most = 0;
  send.mockImplementation(async () => {
    most = Math.max(most, (atOnce += 1));
    await Promise.resolve();
    atOnce -= 1;
  });

  await Promise.all([saving.send(), saving.send(), saving.send()]);

  expect(most).toBe(1);
});

test("a device that cannot keep the text is not said to keep it", async () => {
  const { saving } = setUp({ automatic: false, keeps: false });

  saving.changed();
  await vi.advanceTimersByTimeAsync(1_000);

  expect(saving.state.place).toBe("nowhere");
});

test("back online, what failed is sent without a further key", async () => {
  const { saving, send } = setUp();
  send.mockRejectedValueOnce(refused(0));
  saving.changed();
  await vi.advanceTimersByTimeAsync(3_000);

  saving.resume();
  await vi.advanceTimersByTimeAsync(0);

  expect(saving.state.place).toBe("server");
});

test("stopping keeps what was typed last", () => {
  const { saving, steps } = setUp();

  saving.changed();
  saving.stop();

  expect(steps).toEqual(["kept"]);
});
