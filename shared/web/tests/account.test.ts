import { beforeEach, expect, test, vi } from "vitest";
import { createAccount } from "@course/web/account";
import { ApiError } from "@course/web/problem";
import { createSession } from "@course/web/session";

const session = createSession<{ name: string }>({
  scheme: "Bearer",
  keys: { access: "access", refresh: "refresh", user: "user" },
  refresh: () => Promise.reject(new Error("Nobody asked for that.")),
});

beforeEach(async () => {
  await session.end();
  localStorage.clear();
});

function stored(token: string): void {
  localStorage.setItem("access", token);
}

test("a stored token is a session, once the server says whose", async () => {
  stored("stored");

  await createAccount(session, async () => ({ name: "Kim" })).confirm();

  expect(session.user).toEqual({ name: "Kim" });
});

test.each([401, 403, 404])("a refusal with %i ends it", async (status) => {
  stored("stored");

  await createAccount(session, () => Promise.reject(new ApiError("no", { status }))).confirm();

  expect(session.state).toBe("signed-out");
});

test.each([0, 429, 500, 503])("an answer of %i signs nobody out, and the server is asked again", async (status) => {
  vi.useFakeTimers();
  stored("stored");
  let isDown = true;
  const account = createAccount(session, async () => {
    if (isDown) throw new ApiError("down", { status });
    return { name: "Kim" };
  });
  const told = vi.fn();
  account.onChange(told);

  await account.confirm();
  expect(account.unavailable).toBe(true);
  expect(session.state).toBe("signed-in");
  isDown = false;
  await vi.advanceTimersByTimeAsync(5_000);

  expect(session.user).toEqual({ name: "Kim" });
  expect(told.mock.calls).toEqual([[true], [false]]);
  vi.useRealTimers();
});

test("nobody is asked about for a visitor", async () => {
  const ask = vi.fn();

  await createAccount(session, ask).confirm();

  expect(ask).not.toHaveBeenCalled();
});
