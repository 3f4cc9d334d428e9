/** The typed way to an API: an OpenAPI document says what may be asked, and every failure is an ApiError. */

import createClient, { type MaybeOptionalInit } from "openapi-fetch";
import type {
  HttpMethod,
  MediaType,
  PathsWithMethod,
  Readable,
  RequiredKeysOf,
  SuccessResponse,
} from "openapi-typescript-helpers";
import { delay, pause } from "./backoff";
import { noteAnswer, noteSilence } from "./online";
import { ApiError, refusal, unanswered, unreadable, type Answer } from "./problem";
import type { Session } from "./session";

export interface ApiOptions {
  /** Whose token goes along; none for an API that is asked anonymously. */
  session?: Pick<Session<unknown>, "scheme" | "token" | "renew" | "end">;
  /** Empty for the page's own origin. */
  baseUrl?: string;
  /** For one try, with the reading of its answer. */
  timeoutMs?: number;
  /** What the answers should be written in, as in `<html lang>`. */
  language?: () => string;
}

/** The second argument may be left out where nothing in it is required. */
type InitParam<Init> = RequiredKeysOf<Init> extends never ? [init?: Init] : [init: Init];

type Operation<Paths, Path, Method> = Path extends keyof Paths
  ? Method extends keyof Paths[Path]
    ? Paths[Path][Method]
    : never
  : never;

type Answered<Found> = Found extends { responses: infer Responses extends Record<number, any> }
  ? Readable<SuccessResponse<Responses, MediaType>>
  : never;

type Call<Paths extends {}, Method extends HttpMethod> = <
  Path extends PathsWithMethod<Paths, Method>,
  Init extends MaybeOptionalInit<{ [Name in Method]: Operation<Paths, Path, Name> }, Method>,
>(
  path: Path,
  ...init: InitParam<Init>
) => Promise<Answered<Operation<Paths, Path, Method>>>;

/** One function a method; each resolves to the answer's data, or throws ApiError. */
export interface Api<Paths extends {}> {
  get: Call<Paths, "get">;
  post: Call<Paths, "post">;
  put: Call<Paths, "put">;
  patch: Call<Paths, "patch">;
  delete: Call<Paths, "delete">;
}

const RETRIES = 2;
const BACKOFF = { from: 300, to: 2_000 };
// Longer than this nobody looks at a skeleton; the page says when to come back instead.
const LONGEST_WAIT_MS = 5_000;
const PASSING = [0, 429, 502, 503, 504];

/**
 * A client for the paths of one OpenAPI document.
 *
 * Reads are tried three times, with pauses, when nobody answers or the answer is 429, 502, 503 or 504. Writes are
 * tried once. A refused token is renewed once, and the request repeated: it was refused, so nothing happens twice.
 */
export function createApi<Paths extends {}>(options: ApiOptions = {}): Api<Paths> {
  const client = createClient<any>({ baseUrl: options.baseUrl, fetch: (request) => send(request, options) });
  const call =
    (method: HttpMethod) =>
    async (path: string, init?: object): Promise<unknown> =>
      (await client.request(method, path as never, init as never)).data;
  const api = { get: call("get"), post: call("post"), put: call("put"), patch: call("patch"), delete: call("delete") };
  return api as Api<Paths>;
}

async function send(request: Request, options: ApiOptions): Promise<Response> {
  if (options.language) request.headers.set("Accept-Language", options.language());
  const isRead = request.method === "GET" || request.method === "HEAD";
  for (let failures = 0; ; failures += 1) {
    try {
      return await sendSignedIn(request, options, isRead);
    } catch (error) {
      if (!(error instanceof ApiError) || !isRead || failures === RETRIES || !mayPass(error)) throw error;
      const wait = Math.max((error.retryAfter ?? 0) * 1000, delay(failures, BACKOFF));
      if (wait > LONGEST_WAIT_MS) throw error;
      await pause(wait, request.signal);
    }
  }
}

async function sendSignedIn(request: Request, options: ApiOptions, isRead: boolean): Promise<Response> {
  const { session } = options;
  const token = (await session?.token()) ?? null;
  try {
    return await sendOnce(request, options, token);
  } catch (error) {
    if (!session || token === null || !isRefused(error)) throw error;
    const next = await session.renew(token);
    // Much can be read without a session, so that its end does not empty the page.
    if (next === null && !isRead) throw error;
    return await sendOnce(request, options, next).catch(async (again: unknown) => {
      if (next !== null && isRefused(again)) await session.end("expired");
      throw again;
    });
  }
}

async function sendOnce(request: Request, options: ApiOptions, token: string | null): Promise<Response> {
  const attempt = new Request(request.clone(), {
    signal: AbortSignal.any([request.signal, AbortSignal.timeout(options.timeoutMs ?? 15_000)]),
  });
  if (token !== null) attempt.headers.set("Authorization", `${options.session?.scheme} ${token}`);
  const { response, answer } = await exchange(attempt);
  noteAnswer();
  if (!response.ok) throw refusal(answer);
  if (answer.text === "") return new Response(null, { status: 204, headers: response.headers });
  check(answer);
  return new Response(answer.text, { status: response.status, headers: response.headers });
}

/** Reads to the end, so that a connection that breaks in the middle of an answer counts as none. */
async function exchange(request: Request): Promise<{ response: Response; answer: Answer }> {
  try {
    const response = await fetch(request);
    const text = await response.text();
    return { response, answer: { status: response.status, text, header: (name) => response.headers.get(name) } };
  } catch (thrown) {
    const error = unanswered(request.signal.aborted ? request.signal.reason : thrown);
    // A server that takes too long is slow, not away.
    if (error.code === "unreachable" || error.code === "offline") noteSilence();
    throw error;
  }
}

function check(answer: Answer): void {
  try {
    JSON.parse(answer.text);
  } catch (cause) {
    throw unreadable(answer, cause);
  }
}

function mayPass(error: ApiError): boolean {
  return PASSING.includes(error.status) && error.code !== "aborted" && error.code !== "unreadable";
}

function isRefused(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}
