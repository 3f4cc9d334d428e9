import type { ServerResponse } from "node:http";
import { expect, onTestFinished, test, vi } from "vitest";
import { openEvents, type EventsOptions, type ServerEvent } from "@course/web/events";
import type { ConnectionState } from "@course/web/reconnect";
import type { ApiError } from "@course/web/problem";
import { hangUp, json, raw, serve } from "./server";

const STREAM = { "Content-Type": "text/event-stream; charset=utf-8" };
const BACKOFF = { from: 1, to: 20 };

function stream(...chunks: (string | Uint8Array)[]) {
  return async (response: ServerResponse): Promise<void> => {
    response.writeHead(200, STREAM);
    // Each chunk on its own, as they come over a network.
    for (const chunk of chunks) await new Promise((resolve) => response.write(chunk, () => setImmediate(resolve)));
  };
}

function ending(...chunks: string[]) {
  return async (response: ServerResponse): Promise<void> => {
    await stream(...chunks)(response);
    response.end();
  };
}

function listen(url: string, options: Partial<EventsOptions> = {}) {
  const events: ServerEvent[] = [];
  const states: ConnectionState[] = [];
  const errors: (ApiError | null)[] = [];
  const { close } = openEvents({
    url,
    backoff: BACKOFF,
    onEvent: (event) => void events.push(event),
    onState: (state, error) => {
      states.push(state);
      errors.push(error);
    },
    ...options,
  });
  onTestFinished(close);
  return { events, states, errors, close };
}

test("events arrive with their id, type and data", async () => {
  const { url } = await serve(
    stream(": open\n\n", 'id: 1-0\nevent: comment.created\ndata: {"body":"안녕"}\n\ndata: text\n\n'),
  );

  const { events, states } = listen(url);
  await vi.waitFor(() => expect(events).toHaveLength(2));

  expect(events[0]).toEqual({ id: "1-0", type: "comment.created", data: { body: "안녕" } });
  expect(events[1]).toEqual({ id: "1-0", type: "message", data: "text" });
  expect(states).toEqual(["connecting", "open"]);
});

test("a chunk may end anywhere, even in the middle of a Korean character", async () => {
  const bytes = new TextEncoder().encode('id: 7\r\nevent: said\r\ndata: "한글과 컨테이너"\r\n\r\n');
  const { url } = await serve(stream(...Array.from(bytes, (byte) => Uint8Array.of(byte))));

  const { events } = listen(url);
  await vi.waitFor(() => expect(events).toHaveLength(1));

  expect(events[0]).toEqual({ id: "7", type: "said", data: "한글과 컨테이너" });
});

test("a broken stream resumes after the last event", async () => {
  const broken = async (response: ServerResponse): Promise<void> => {
    await stream("id: 5\ndata: 1\n\n", 'id: 6\ndata: "half')(response);
    response.socket?.destroy();
  };
  const { url, seen } = await serve(broken, hangUp, stream("id: 6\ndata: 2\n\n"));

  const { events } = listen(url, { lastEventId: "4" });
  await vi.waitFor(() => expect(events.map(({ data }) => data)).toEqual([1, 2]));

  expect(seen.map(({ headers }) => headers["last-event-id"])).toEqual(["4", "5", "5"]);
});

test("a server that closes at once again and again is asked ever more slowly", async () => {
  vi.spyOn(Math, "random").mockReturnValue(1);
  const waits = vi.spyOn(globalThis, "setTimeout");
  const { url, seen } = await serve(ending());

  listen(url, { backoff: { from: 3, to: 24 } });
  await vi.waitFor(() => expect(seen.length).toBeGreaterThan(5));

  const pauses = waits.mock.calls
    .map(([, milliseconds]) => milliseconds)
    .filter((time) => [3, 6, 12, 24].includes(time ?? 0));
  expect(pauses.slice(0, 5)).toEqual([3, 6, 12, 24, 24]);
});

test("the server may ask for longer pauses", async () => {
  const waits = vi.spyOn(globalThis, "setTimeout");
  const { url, seen } = await serve(ending("retry: 17\n\n"), stream());

  listen(url);
  await vi.waitFor(() => expect(seen).toHaveLength(2));

  expect(waits.mock.calls.map(([, milliseconds]) => milliseconds)).toContain(17);
});

test.each([408, 429, 500, 503])("%i is waited out", async (status) => {
  const { url } = await serve(raw("", status, { "Retry-After": "0" }), stream("data: 1\n\n"));

  const { events, states } = listen(url);
  await vi.waitFor(() => expect(events).toHaveLength(1));

  expect(states).toEqual(["connecting", "waiting", "connecting", "open"]);
});

test.each([400, 403, 404, 422])("%i is final", async (status) => {
  const { url, seen } = await serve(json({ code: "gone_for_good" }, status));

  const { states, errors } = listen(url);
  await vi.waitFor(() => expect(states).toEqual(["connecting", "closed"]));

  expect(errors[1]).toMatchObject({ status, code: "gone_for_good" });
  expect(seen).toHaveLength(1);
});

test("204 says that there is nothing more", async () => {
  const { url } = await serve(raw("", 204));

  const { states, errors } = listen(url);
  await vi.waitFor(() => expect(states).toEqual(["connecting", "closed"]));

  expect(errors[1]).toBeNull();
});

test("a page in place of a stream is waited out", async () => {
  const { url } = await serve(raw("<html>", 200, { "Content-Type": "text/html" }), stream("data: 1\n\n"));

  const { events, errors } = listen(url);
  await vi.waitFor(() => expect(events).toHaveLength(1));

  expect(errors[1]).toMatchObject({ code: "unreadable" });
});

test("a refused token is renewed", async () => {
  const { url, seen } = await serve(raw("", 401), stream("data: 1\n\n"));
  let token = "a1";
  const renew = vi.fn(async () => (token = "a2"));

  const { events } = listen(url, { session: { scheme: "Token", token: async () => token, renew } });
  await vi.waitFor(() => expect(events).toHaveLength(1));

  expect(renew).toHaveBeenCalledWith("a1");
  expect(seen.map(({ headers }) => headers.authorization)).toEqual(["Token a1", "Token a2"]);
});

test("a token that is refused twice in a row ends it", async () => {
  const { url, seen } = await serve(raw("", 401));

  const { states } = listen(url, { session: { scheme: "Token", token: async () => "a", renew: async () => "b" } });
  await vi.waitFor(() => expect(states.at(-1)).toBe("closed"));

  expect(seen).toHaveLength(2);
});

test("a line that fell silent is given up", async () => {
  const { url, seen } = await serve(stream(": open\n\n"), stream("data: 1\n\n"));

  const { events, errors } = listen(url, { silenceMs: 60 });
  await vi.waitFor(() => expect(events).toHaveLength(1));

  expect(seen).toHaveLength(2);
  expect(errors[2]).toMatchObject({ code: "timeout" });
});

test("coming back to the page ends the waiting", async () => {
  const { url, seen } = await serve(raw("", 503), stream(": open\n\n"));

  const { states } = listen(url, { backoff: { from: 60_000, to: 60_000 } });
  await vi.waitFor(() => expect(states.at(-1)).toBe("waiting"));
  document.dispatchEvent(new Event("visibilitychange"));

  await vi.waitFor(() => expect(states.at(-1)).toBe("open"));
  expect(seen).toHaveLength(2);
});

test("closed is closed: no event, no further connection, said once", async () => {
  const { url, seen } = await serve(stream("data: 1\n\n", "data: 2\n\n"));

  const { events, states, close } = listen(url, {
    onEvent: (event) => {
      events.push(event);
      close();
    },
  });
  await vi.waitFor(() => expect(states.at(-1)).toBe("closed"));
  close();

  expect(events).toHaveLength(1);
  expect(states).toEqual(["connecting", "open", "closed"]);
  expect(seen).toHaveLength(1);
});

test("an error in the page does not cost the connection", async () => {
  const reported = vi.fn();
  vi.stubGlobal("reportError", reported);
  const { url, seen } = await serve(stream("data: 1\n\n", "data: 2\n\n"));
  const heard: unknown[] = [];

  listen(url, {
    onEvent: ({ data }) => {
      heard.push(data);
      throw new Error("a bug");
    },
  });
  await vi.waitFor(() => expect(heard).toEqual([1, 2]));

  expect(reported).toHaveBeenCalledTimes(2);
  expect(seen).toHaveLength(1);
});
