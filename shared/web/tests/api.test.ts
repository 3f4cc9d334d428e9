import { beforeEach, expect, expectTypeOf, test, vi } from "vitest";
import { createApi } from "@course/web/api";
import { isOnline } from "@course/web/online";
import { ApiError } from "@course/web/problem";
import { createSession } from "@course/web/session";
import { hangUp, json, raw, serve } from "./server";

/** As openapi-typescript writes it. */
interface paths {
  "/articles": {
    get: {
      parameters: { query?: { tag?: string } };
      responses: { 200: { content: { "application/json": { articles: string[] } } } };
    };
    post: {
      requestBody: { content: { "application/json": { title: string } } };
      responses: { 201: { content: { "application/json": { slug: string } } } };
    };
  };
  "/articles/{slug}": {
    delete: { parameters: { path: { slug: string } }; responses: { 204: { content?: never } } };
  };
}

const LIST = json({ articles: ["one"] });
const KEYS = { access: "access", refresh: "refresh", user: "user" };

beforeEach(() => {
  localStorage.clear();
  // Back-off is proven in backoff.test.ts; here its shortest form keeps the tests short.
  vi.spyOn(Math, "random").mockReturnValue(0);
});

function signedIn(
  refresh: () => Promise<{ access: string; refresh: string | null }>,
  refreshToken: string | null = "r1",
) {
  const session = createSession<{ name: string }>({ scheme: "Token", keys: KEYS, refresh });
  session.begin({ access: "a1", refresh: refreshToken }, { name: "kim" });
  return session;
}

async function failure(promise: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

test("types follow the document", () => {
  const api = createApi<paths>();
  type Get = typeof api.get<"/articles", {}>;

  expectTypeOf<Awaited<ReturnType<Get>>>().toEqualTypeOf<{ articles: string[] }>();
  // @ts-expect-error: there is no such path
  void (() => api.get("/nowhere"));
  // @ts-expect-error: there is nothing to delete here
  void (() => api.delete("/articles"));
  // @ts-expect-error: a title is missing
  void (() => api.post("/articles", { body: {} }));
  // @ts-expect-error: the path needs its slug
  void (() => api.delete("/articles/{slug}"));
  // @ts-expect-error: a tag is a text
  void (() => api.get("/articles", { params: { query: { tag: 1 } } }));
});

test("a call resolves to the data of its answer", async () => {
  const { url, seen } = await serve(LIST);
  const api = createApi<paths>({ baseUrl: url, language: () => "ko" });

  const data = await api.get("/articles", { params: { query: { tag: "도커" } } });

  expect(data).toEqual({ articles: ["one"] });
  expect(seen[0]).toMatchObject({ method: "GET", path: `/articles?tag=${encodeURIComponent("도커")}` });
  expect(seen[0]?.headers).toMatchObject({ "accept-language": "ko" });
  expect(seen[0]?.headers.authorization).toBeUndefined();
});

test("an empty answer is no data", async () => {
  const { url } = await serve(raw("", 204));

  await expect(
    createApi<paths>({ baseUrl: url }).delete("/articles/{slug}", { params: { path: { slug: "a b" } } }),
  ).resolves.toBeUndefined();
});

test.each([
  ["a proxy's page", raw("<html>", 200, { "Content-Type": "text/html" })],
  ["half a document", raw('{"articles": ["on', 200, { "Content-Type": "application/json" })],
])("%s is unreadable, and not asked for again", async (_, answer) => {
  const { url, seen } = await serve(answer);

  const error = await failure(createApi<paths>({ baseUrl: url }).get("/articles"));

  expect(error).toMatchObject({ status: 200, code: "unreadable" });
  expect(seen).toHaveLength(1);
});

test.each([
  ["nobody answers", hangUp],
  ["the gateway fails", raw("", 502)],
  ["it is too much", raw("", 429, { "Retry-After": "0" })],
  [
    "the answer breaks off",
    (response: import("node:http").ServerResponse) => {
      response.writeHead(200, { "Content-Length": "1000" });
      response.write("{", () => response.socket?.destroy());
    },
  ],
])("a read is tried again when %s", async (_, trouble) => {
  const { url, seen } = await serve(trouble, trouble, LIST);

  await expect(createApi<paths>({ baseUrl: url }).get("/articles")).resolves.toEqual({ articles: ["one"] });
  expect(seen).toHaveLength(3);
});

test("a read gives up after three tries, and says what the last one said", async () => {
  const { url, seen } = await serve(raw("", 503, { "X-Request-ID": "request-1" }));

  const error = await failure(createApi<paths>({ baseUrl: url }).get("/articles"));

  expect(error).toMatchObject({ status: 503, code: "unavailable", requestId: "request-1" });
  expect(seen).toHaveLength(3);
});

test("a long Retry-After is left to the reader", async () => {
  const { url, seen } = await serve(raw("", 429, { "Retry-After": "60" }));

  const error = await failure(createApi<paths>({ baseUrl: url }).get("/articles"));

  expect(error.retryAfter).toBe(60);
  expect(seen).toHaveLength(1);
});

test.each([hangUp, raw("", 503), raw("", 429)])("a write is never repeated by itself", async (trouble) => {
  const { url, seen } = await serve(trouble, json({ slug: "x" }, 201));

  await failure(createApi<paths>({ baseUrl: url }).post("/articles", { body: { title: "x" } }));

  expect(seen).toHaveLength(1);
});

test("a server that says nothing is a timeout", async () => {
  const { url } = await serve(() => {});

  const error = await failure(
    createApi<paths>({ baseUrl: url, timeoutMs: 50 }).post("/articles", { body: { title: "x" } }),
  );

  expect(error).toMatchObject({ status: 0, code: "timeout" });
  expect(isOnline()).toBe(true);
});

test("an abort is no failure of the network, and ends the waiting for the next try", async () => {
  const { url, seen } = await serve(raw("", 503, { "Retry-After": "4" }));
  const aborting = new AbortController();

  const call = failure(createApi<paths>({ baseUrl: url }).get("/articles", { signal: aborting.signal }));
  await vi.waitFor(() => expect(seen).toHaveLength(1));
  aborting.abort();

  expect(await call).toMatchObject({ code: "aborted" });
  expect(seen).toHaveLength(1);
});

test("a refused token is renewed once, and the write repeated with what it said", async () => {
  const { url, seen } = await serve(raw("", 401), json({ slug: "x" }, 201));
  const session = signedIn(async () => ({ access: "a2", refresh: "r2" }));

  const data = await createApi<paths>({ baseUrl: url, session }).post("/articles", { body: { title: "도커" } });

  expect(data).toEqual({ slug: "x" });
  expect(seen.map(({ headers }) => headers.authorization)).toEqual(["Token a1", "Token a2"]);
  expect(seen.map(({ body }) => body)).toEqual(['{"title":"도커"}', '{"title":"도커"}']);
});

test("ten requests at once renew it once", async () => {
  const refresh = vi.fn(async () => ({ access: "a2", refresh: "r2" }));
  const { url } = await serve((response, { headers }) => {
    if (headers.authorization === "Token a2") json({ articles: [] })(response, {} as never);
    else response.writeHead(401).end();
  });
  const api = createApi<paths>({ baseUrl: url, session: signedIn(refresh) });

  await Promise.all(Array.from({ length: 10 }, () => api.get("/articles")));

  expect(refresh).toHaveBeenCalledTimes(1);
});

test("a token that is refused although it is new ends the session", async () => {
  const { url, seen } = await serve(raw("", 401));
  const session = signedIn(async () => ({ access: "a2", refresh: "r2" }));

  const error = await failure(createApi<paths>({ baseUrl: url, session }).post("/articles", { body: { title: "x" } }));

  expect(error.status).toBe(401);
  expect(seen).toHaveLength(2);
  expect(session.state).toBe("signed-out");
});

test("a session that is over does not empty a page that anybody may read", async () => {
  const { url, seen } = await serve(raw("", 401), LIST);
  const session = signedIn(async () => Promise.reject(new Error("there is no refresh token")), null);

  await expect(createApi<paths>({ baseUrl: url, session }).get("/articles")).resolves.toEqual({ articles: ["one"] });
  expect(session.state).toBe("signed-out");
  expect(seen[1]?.headers.authorization).toBeUndefined();
});

test("a refresh that finds no server leaves the session alone, and what is typed unsent", async () => {
  const { url, seen } = await serve(raw("", 401));
  const session = signedIn(async () => Promise.reject(new ApiError("away", { code: "unreachable" })));

  const error = await failure(createApi<paths>({ baseUrl: url, session }).post("/articles", { body: { title: "x" } }));

  expect(error.code).toBe("unreachable");
  expect(session.state).toBe("signed-in");
  expect(seen).toHaveLength(1);
});
