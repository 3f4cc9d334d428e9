import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "@course/web/problem";
import { createSession, type Tokens } from "@course/web/session";
import { jwt } from "./jwt";

const KEYS = { access: "access", refresh: "refresh", user: "user" };
const KIM = { name: "kim" };

/** Rotates as the server does: a refresh token works once, and its second use ends the session. */
class Server {
  uses: string[] = [];
  private count = 1;
  private current = "r1";
  private over = false;

  first(): Tokens {
    return { access: jwt("a1"), refresh: "r1" };
  }

  async refresh(token: string): Promise<Tokens> {
    this.uses.push(token);
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (this.over || token !== this.current) {
      this.over = true;
      throw new ApiError("used before", { status: 401, code: "unauthenticated" });
    }
    this.count += 1;
    this.current = `r${this.count}`;
    return { access: jwt(`a${this.count}`), refresh: this.current };
  }
}

/** Web locks as browsers have them, one after the other. */
function locks() {
  let last: Promise<unknown> = Promise.resolve();
  return {
    request<T>(_: string, work: () => Promise<T>): Promise<T> {
      const mine = last.then(work);
      last = mine.catch(() => {});
      return mine;
    },
  };
}

function tab(server: Pick<Server, "refresh">, revoke?: (token: string) => Promise<void>) {
  const refresh = (token: string) => server.refresh(token);
  return createSession<{ name: string }>({ scheme: "Bearer", keys: KEYS, refresh, revoke });
}

function spyOnStorage() {
  const real = localStorage;
  const setItem = vi.fn((key: string, value: string): void => real.setItem(key, value));
  const removeItem = (key: string): void => real.removeItem(key);
  vi.stubGlobal("localStorage", { getItem: (key: string) => real.getItem(key), setItem, removeItem });
  return setItem;
}

/** What a browser tells the other tabs. */
function tellTabs(key: string | null = KEYS.access): void {
  dispatchEvent(new StorageEvent("storage", { key }));
}

beforeEach(() => {
  localStorage.clear();
  vi.useFakeTimers();
  Object.defineProperty(navigator, "locks", { value: locks(), configurable: true });
});
afterEach(() => void vi.useRealTimers());

/** Lets timers run until the promise is settled. */
async function settled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  await vi.advanceTimersByTimeAsync(1_000);
  return promise;
}

test("a session begins, is kept, and ends", async () => {
  const revoke = vi.fn(async () => {});
  const session = tab(new Server(), revoke);
  const told = vi.fn();
  session.onChange(told);

  session.begin(new Server().first(), KIM);
  expect(tab(new Server())).toMatchObject({ state: "signed-in", user: KIM });

  await session.end();
  expect(session).toMatchObject({ state: "signed-out", user: null });
  expect(revoke).toHaveBeenCalledWith("r1");
  expect(told.mock.calls).toEqual([[null], ["signed-out"]]);
  expect(localStorage).toHaveLength(0);
});

test("signing out works without a network", async () => {
  const session = tab(new Server(), async () => Promise.reject(new ApiError("away")));
  session.begin(new Server().first(), KIM);

  await expect(session.end()).resolves.toBeUndefined();
  expect(session.state).toBe("signed-out");
});

test("a fresh token is used as it is", async () => {
  const server = new Server();
  const session = tab(server);
  session.begin(server.first(), KIM);

  await expect(session.token()).resolves.toBe(jwt("a1"));
  expect(server.uses).toEqual([]);
});

test.each([
  ["a day behind", -86_400],
  ["a year ahead", 31_536_000],
])("a clock that is %s does not matter", async (_, seconds) => {
  const server = new Server();
  const session = tab(server);
  const iat = Math.floor(Date.now() / 1000) + seconds;
  session.begin({ access: jwt("a1", { iat }), refresh: "r1" }, KIM);

  await settled(session.token());
  expect(server.uses).toEqual([]);

  vi.setSystemTime(Date.now() + 875_000);
  await settled(session.token());
  expect(server.uses).toEqual(["r1"]);
});

test("a token that is no JWT lasts until it is refused", async () => {
  const server = new Server();
  const session = tab(server);
  session.begin({ access: "fake-token", refresh: "r1" }, KIM);
  vi.setSystemTime(Date.now() + 86_400_000);

  await expect(session.token()).resolves.toBe("fake-token");
});

test("a stored token without a refresh token is a session until it is refused", async () => {
  localStorage.setItem(KEYS.access, "fake-token");
  const session = tab(new Server());
  const told = vi.fn();
  session.onChange(told);

  expect(session).toMatchObject({ state: "signed-in", user: null });
  await expect(session.token()).resolves.toBe("fake-token");
  await expect(session.renew("fake-token")).resolves.toBeNull();
  expect(session.state).toBe("signed-out");
  expect(told).toHaveBeenCalledWith("expired");
});

test("many calls refresh once", async () => {
  const server = new Server();
  const session = tab(server);
  session.begin(server.first(), KIM);
  vi.setSystemTime(Date.now() + 880_000);

  const tokens = await settled(Promise.all([session.token(), session.renew(jwt("a1")), session.token()]));

  expect(tokens).toEqual([jwt("a2"), jwt("a2"), jwt("a2")]);
  expect(server.uses).toEqual(["r1"]);
});

test("two tabs refresh once", async () => {
  const server = new Server();
  const [one, two] = [tab(server), tab(server)];
  one.begin(server.first(), KIM);
  vi.setSystemTime(Date.now() + 880_000);

  const tokens = await settled(Promise.all([one.token(), two.token()]));

  expect(tokens).toEqual([jwt("a2"), jwt("a2")]);
  expect(server.uses).toEqual(["r1"]);
});

test("a tab that slept through a refresh does not use the old token again", async () => {
  const server = new Server();
  const [awake, asleep] = [tab(server), tab(server)];
  awake.begin(server.first(), KIM);
  vi.setSystemTime(Date.now() + 880_000);
  await settled(awake.token());

  await expect(settled(asleep.renew(jwt("a1")))).resolves.toBe(jwt("a2"));
  expect(server.uses).toEqual(["r1"]);
});

test("a crash between the two writes of a refresh costs one more refresh", async () => {
  const server = new Server();
  const session = tab(server);
  session.begin(server.first(), KIM);
  const written = spyOnStorage();

  await settled(session.renew(jwt("a1")));
  const order = written.mock.calls.map(([key]) => key).filter((key) => key === KEYS.access || key === KEYS.refresh);
  expect(order).toEqual([KEYS.refresh, KEYS.access]);

  localStorage.setItem(KEYS.access, jwt("a1"));
  await expect(settled(tab(server).renew(jwt("a1")))).resolves.toBe(jwt("a3"));
});

test("a refused refresh ends the session, in every tab", async () => {
  const server = new Server();
  const [one, two] = [tab(server), tab(server)];
  one.begin({ access: jwt("a1"), refresh: "r0" }, KIM);
  tellTabs();
  const [toldOne, toldTwo] = [vi.fn(), vi.fn()];
  one.onChange(toldOne);
  two.onChange(toldTwo);

  await expect(settled(one.renew(jwt("a1")))).resolves.toBeNull();
  tellTabs();

  expect(toldOne.mock.calls).toEqual([["expired"]]);
  expect(toldTwo.mock.calls).toEqual([["elsewhere"]]);
  expect(two.state).toBe("signed-out");
});

test("a server that says that the token was used twice is believed", async () => {
  const session = tab({ refresh: () => Promise.reject(new ApiError("", { status: 401, code: "token_reused" })) });
  session.begin(new Server().first(), KIM);
  const told = vi.fn();
  session.onChange(told);

  await settled(session.renew(jwt("a1")));

  expect(told).toHaveBeenCalledWith("stolen");
});

test.each([0, 429, 503])("a refresh that fails with %i keeps the session", async (status) => {
  const session = tab({ refresh: () => Promise.reject(new ApiError("away", { status })) });
  session.begin(new Server().first(), KIM);

  vi.setSystemTime(Date.now() + 880_000);
  await expect(settled(session.token())).resolves.toBe(jwt("a1"));

  vi.setSystemTime(Date.now() + 86_400_000);
  await expect(settled(session.token())).rejects.toMatchObject({ status });
  expect(session).toMatchObject({ state: "signed-in", user: KIM });
});

test("signing out while a refresh is on its way stays signed out", async () => {
  const server = new Server();
  const session = tab(server);
  session.begin(server.first(), KIM);

  const renewed = session.renew(jwt("a1"));
  await vi.advanceTimersByTimeAsync(50);
  await session.end();

  await expect(settled(renewed)).resolves.toBeNull();
  expect(localStorage).toHaveLength(0);
});

test("other tabs learn of a sign-in, a new name and a cleared storage", async () => {
  const server = new Server();
  const [one, two] = [tab(server), tab(server)];
  const told = vi.fn();
  two.onChange(told);

  one.begin(server.first(), KIM);
  tellTabs();
  expect(two).toMatchObject({ state: "signed-in", user: KIM });

  one.update({ name: "김" });
  tellTabs(KEYS.user);
  expect(two.user).toEqual({ name: "김" });

  localStorage.clear();
  tellTabs(null);
  expect(two.state).toBe("signed-out");
  expect(told.mock.calls).toEqual([[null], [null], ["elsewhere"]]);
});

test("a browser that keeps nothing still has a session in this tab", async () => {
  spyOnStorage().mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  const server = new Server();
  const session = tab(server);

  session.begin(server.first(), KIM);
  await expect(settled(session.renew(jwt("a1")))).resolves.toBe(jwt("a2"));
  await expect(settled(session.renew(jwt("a2")))).resolves.toBe(jwt("a3"));

  expect(server.uses).toEqual(["r1", "r2"]);
  await session.end();
  expect(session.state).toBe("signed-out");
});

test("a mangled user is nobody", () => {
  localStorage.setItem(KEYS.access, "fake-token");
  localStorage.setItem(KEYS.user, "{");

  expect(tab(new Server()).user).toBeNull();
});
