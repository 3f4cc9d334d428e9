/** What went wrong with a request, in one shape, whether the server said it well, badly, or not at all. */

/** A request that did not succeed. Programs read `status` and `code`; `explain` in messages.ts says it to people. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** The HTTP status, or 0 if nothing was answered. */
  readonly status: number;
  /** Stable: the server's own `code`, or one that follows from the status. */
  readonly code: string;
  readonly detail: string;
  /** What is wrong, field by field, in the server's words. */
  readonly fields: Record<string, string[]>;
  /** Finds the request in the server's log; empty if there was none. */
  readonly requestId: string;
  /** How long the server asked to wait, in seconds. */
  readonly retryAfter: number | null;

  constructor(message: string, facts: Partial<Omit<ApiError, keyof Error>> = {}, options?: ErrorOptions) {
    super(message, options);
    this.status = facts.status ?? 0;
    this.code = facts.code ?? "failed";
    this.detail = facts.detail ?? "";
    this.fields = facts.fields ?? {};
    this.requestId = facts.requestId ?? "";
    this.retryAfter = facts.retryAfter ?? null;
  }
}

/** An answer that has been read to its end, from fetch or from XMLHttpRequest. */
export interface Answer {
  status: number;
  text: string;
  header(name: string): string | null;
}

const CODES: Record<number, string> = {
  401: "unauthenticated",
  403: "forbidden",
  404: "not_found",
  408: "timeout",
  409: "conflict",
  413: "content_too_large",
  422: "invalid",
  429: "too_many_requests",
  502: "unavailable",
  503: "unavailable",
  504: "unavailable",
};

/** The code that follows from a status alone. */
export function codeOf(status: number): string {
  return CODES[status] ?? "failed";
}

/** What a refusal says: problem+json (RFC 9457), RealWorld's `{"errors": {...}}`, or only a status. */
export function refusal(answer: Answer): ApiError {
  const body = objectIn(answer.text);
  const fields = fieldsOf(body.errors);
  const facts = {
    status: answer.status,
    code: textOf(body.code) || codeOf(answer.status),
    detail: textOf(body.detail) || textOf(body.title),
    fields,
    requestId: answer.header("X-Request-ID") ?? textOf(body.request_id),
    retryAfter: retryAfterOf(answer.header("Retry-After")),
  };
  // RealWorld's shape has no place for a code: who signs in with a wrong password is not told to sign in first.
  if (answer.status === 401 && "credentials" in fields) facts.code = "wrong_credentials";
  // Where no field is wrong, the shape carries the code in a field's place.
  const said = fields[facts.code];
  if (said && !body.code) {
    facts.detail = said.join(" ");
    facts.fields = {};
  }
  return new ApiError(facts.detail || `The server answered ${answer.status}.`, facts);
}

/** An answer that is not what was asked for: a proxy's page, or half a document. */
export function unreadable(answer: Answer, cause?: unknown): ApiError {
  const facts = {
    status: answer.status,
    code: "unreadable",
    requestId: answer.header("X-Request-ID") ?? "",
  };
  return new ApiError("The answer cannot be read.", facts, { cause });
}

/** Why a request got no answer: `aborted`, `timeout`, `offline`, or else `unreachable`. */
export function unanswered(cause: unknown): ApiError {
  const code = abortCode(cause) ?? (navigator.onLine ? "unreachable" : "offline");
  return new ApiError(`The request got no answer: ${code}.`, { code }, { cause });
}

/** Anything that was thrown, as an ApiError. What is none by itself is a bug, and its code is `failed`. */
export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new ApiError(message, { code: abortCode(thrown) ?? "failed" }, { cause: thrown });
}

function abortCode(thrown: unknown): string | null {
  const name = thrown instanceof Error ? thrown.name : "";
  return name === "AbortError" ? "aborted" : name === "TimeoutError" ? "timeout" : null;
}

function objectIn(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function fieldsOf(errors: unknown): Record<string, string[]> {
  if (typeof errors !== "object" || errors === null || Array.isArray(errors)) return {};
  return Object.fromEntries(
    Object.entries(errors).map(([field, messages]) => [field, [messages].flat().map((message) => String(message))]),
  );
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Seconds or a date (RFC 9110, 10.2.3), as seconds from now. */
function retryAfterOf(header: string | null): number | null {
  if (!header) return null;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? null : Math.max(0, Math.ceil(seconds));
}
