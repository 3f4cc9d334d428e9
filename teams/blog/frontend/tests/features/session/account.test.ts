import { beforeEach, expect, test, vi } from "vitest";
import { session } from "@/api/client";
import { authState, confirmAccount } from "@/features/session/account";
import { fakeApi } from "../../fakeApi";
import { user } from "../../samples";

beforeEach(async () => {
  await session.end();
  localStorage.clear();
});

function stored(token: string): void {
  localStorage.setItem("jwtToken", token);
  window.dispatchEvent(new StorageEvent("storage", { key: "jwtToken", newValue: token, storageArea: localStorage }));
}

test("a stored token without a refresh token is a session, once the API says whose", async () => {
  fakeApi({ "GET /api/user": { body: { user: { ...user, token: "stored" } } } });
  stored("stored");
  expect(authState.value).toBe("loading");

  await confirmAccount();

  expect(authState.value).toBe("authenticated");
  expect(session.user).toMatchObject(user);
});

test.each([401, 403, 404])("a refusal with %i ends it and clears the keys", async (status) => {
  fakeApi({ "GET /api/user": { status } });
  stored("stored");

  await confirmAccount();

  expect(authState.value).toBe("unauthenticated");
  expect(localStorage.getItem("jwtToken")).toBeNull();
});

test("a server that fails signs nobody out, and is asked again", async () => {
  vi.useFakeTimers();
  let status = 500;
  fakeApi({ "GET /api/user": () => ({ status, body: { user: { ...user, token: "stored" } } }) });
  stored("stored");

  await confirmAccount();
  expect(authState.value).toBe("unavailable");
  expect(localStorage.getItem("jwtToken")).toBe("stored");
  status = 200;
  await vi.advanceTimersByTimeAsync(5_000);

  expect(authState.value).toBe("authenticated");
  vi.useRealTimers();
});

test("nobody is asked about for a visitor", async () => {
  const asked = fakeApi({});

  await confirmAccount();

  expect(asked).toEqual([]);
});
