import { screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { session } from "@/api/client";
import { minutes } from "@/features/orders/Countdown";
import { useLiveOrder, withMove } from "@/features/orders/useLiveOrder";
import { eventStream } from "../../eventStream";
import { fakeApi, type Reply } from "../../fakeApi";
import { order, user } from "../../samples";
import { showAt } from "../../showAt";

const paid = { number: "261125-ABC", state: "paid", at: "2026-11-25T10:01:00.000Z" } as const;

test("a move is the order's state and the end of its history", () => {
  const moved = withMove(order(), paid);

  expect(moved.state).toBe("paid");
  expect(moved.history.map(({ state }) => state)).toEqual(["pending", "paid"]);
});

test("a move that is told again, or late, changes nothing", () => {
  const moved = withMove(withMove(order(), paid), { ...paid, state: "packed" });

  expect(withMove(moved, paid)).toBe(moved);
});

test.each([
  [845_000, "14:05"],
  [59_001, "1:00"],
  [900, "0:01"],
  [-5, "0:00"],
])("%i ms are %s", (milliseconds, said) => {
  expect(minutes(milliseconds)).toBe(said);
});

const PATH = `/api/orders/${order().number}`;

/** The state, with the whole history, and whether the page is connected. */
function Shown() {
  const { order: found, isLive } = useLiveOrder(order().number);
  return (
    <p>
      {found?.history.map(({ state }) => state).join(" ")} {isLive ? "live" : "alone"}
    </p>
  );
}

function reached(...states: ("paid" | "packed")[]) {
  return states.reduce((known, state) => withMove(known, { ...paid, state }), order());
}

beforeEach(() => {
  localStorage.clear();
  session.begin({ access: "access", refresh: "refresh" }, user);
});

test("what an API stored, and was killed before it told, is on the page after the next connection", async () => {
  let stored = order();
  const stream = eventStream();
  fakeApi({ [`GET ${PATH}`]: () => ({ body: { order: stored } }), [`GET ${PATH}/stream`]: stream.connect });
  showAt(Shown, "/");
  await screen.findByText("pending live");

  stored = reached("paid");
  stream.hangUp();

  expect(await screen.findByText("pending paid live", {}, { timeout: 10_000 })).toBeTruthy();
  expect(stream.connections()).toBe(2);
});

test("what happens between the answer and the connection is asked for", async () => {
  const stream = eventStream();
  let stored = order();
  fakeApi({
    [`GET ${PATH}`]: () => ({ body: { order: stored } }),
    [`GET ${PATH}/stream`]: () => {
      stored = reached("paid");
      return stream.connect();
    },
  });

  showAt(Shown, "/");

  expect(await screen.findByText("pending paid live")).toBeTruthy();
});

test("an answer that is older than an event does not take it back", async () => {
  const stream = eventStream();
  const late: ((reply: Reply) => void)[] = [];
  let stored = order();
  let isSlow = false;
  const asked = fakeApi({
    [`GET ${PATH}`]: () =>
      isSlow ? new Promise((answer) => late.push(answer)) : Promise.resolve({ body: { order: stored } }),
    [`GET ${PATH}/stream`]: () => {
      isSlow = true;
      return stream.connect();
    },
  });
  showAt(Shown, "/");
  await vi.waitFor(() => expect(late).toHaveLength(1));

  stored = reached("paid");
  isSlow = false;
  stream.send("order.moved", paid);
  await screen.findByText("pending paid live");
  late[0]?.({ body: { order: order() } });

  await vi.waitFor(() => expect(asked.filter((one) => one === `GET ${PATH}`)).toHaveLength(3));
  expect(await screen.findByText("pending paid live")).toBeTruthy();
});

test("a page whose connection stands asks now and then all the same", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const stream = eventStream();
  let stored = order();
  fakeApi({ [`GET ${PATH}`]: () => ({ body: { order: stored } }), [`GET ${PATH}/stream`]: stream.connect });
  showAt(Shown, "/");
  await vi.waitFor(() => screen.getByText("pending live"));

  stored = reached("paid");
  await vi.advanceTimersByTimeAsync(60_000);
  vi.useRealTimers();

  expect(await screen.findByText("pending paid live")).toBeTruthy();
  expect(stream.connections()).toBe(1);
});
