import { expect, test } from "vitest";
import { refusal, toApiError, unanswered } from "@course/web/problem";

const answer = (status: number, text: string, headers: Record<string, string> = {}) => ({
  status,
  text,
  header: (name: string) => headers[name] ?? null,
});

test("a problem document is read with its code, fields and request id", () => {
  const body = { code: "has_open_children", detail: "Close them first.", errors: { task: ["is open"] } };

  const error = refusal(answer(409, JSON.stringify(body), { "X-Request-ID": "abc12345" }));

  expect(error).toMatchObject({ status: 409, code: "has_open_children", detail: "Close them first." });
  expect(error).toMatchObject({ fields: { task: ["is open"] }, requestId: "abc12345", retryAfter: null });
});

test("RealWorld's errors get their code from the status", () => {
  const error = refusal(answer(422, '{"errors": {"email": ["is invalid"], "title": "too odd"}}'));

  expect(error).toMatchObject({ code: "invalid", fields: { email: ["is invalid"], title: ["too odd"] } });
});

test("a code in the place of a field is no field", () => {
  const error = refusal(answer(429, '{"errors": {"too_many_requests": ["Try again in 3 seconds."]}}'));

  expect(error).toMatchObject({ code: "too_many_requests", detail: "Try again in 3 seconds.", fields: {} });
});

test("a wrong password is not the same as no session", () => {
  expect(refusal(answer(401, '{"errors": {"credentials": ["invalid"]}}')).code).toBe("wrong_credentials");
  expect(refusal(answer(401, '{"errors": {"token": ["is missing"]}}')).code).toBe("unauthenticated");
});

test.each(["<html>Bad gateway</html>", "", "null", "[1]", '{"errors": [1]}', '{"code": 7, "detail": {}}'])(
  "rubbish is no obstacle: %s",
  (text) => {
    expect(refusal(answer(502, text))).toMatchObject({ status: 502, code: "unavailable", fields: {} });
  },
);

test("Retry-After is seconds or a date", () => {
  const inAMinute = new Date(Date.now() + 60_000).toUTCString();

  expect(refusal(answer(503, "", { "Retry-After": "7" })).retryAfter).toBe(7);
  expect(refusal(answer(503, "", { "Retry-After": inAMinute })).retryAfter).toBeGreaterThan(55);
  expect(refusal(answer(503, "", { "Retry-After": "Mon, 01 Jan 2001 00:00:00 GMT" })).retryAfter).toBe(0);
  expect(refusal(answer(503, "", { "Retry-After": "soon" })).retryAfter).toBeNull();
});

test("what never got an answer says why", () => {
  expect(unanswered(new DOMException("", "AbortError")).code).toBe("aborted");
  expect(unanswered(new DOMException("", "TimeoutError")).code).toBe("timeout");
  expect(unanswered(new TypeError("fetch failed"))).toMatchObject({ status: 0, code: "unreachable" });
});

test("a bug is not taken for the network", () => {
  const error = toApiError(new TypeError("undefined is not a function"));

  expect(error).toMatchObject({ status: 0, code: "failed", message: "undefined is not a function" });
  expect(toApiError(error)).toBe(error);
});
