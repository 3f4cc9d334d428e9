import { expect, test, vi } from "vitest";
import { upload } from "@course/web/upload";
import { hangUp, json, raw, serve } from "./server";

const FILE = new File(["a picture"], "사진.png", { type: "image/png" });
const form = () => {
  const made = new FormData();
  made.set("file", FILE);
  made.set("alt", "항구");
  return made;
};

test("a form arrives with its file, and the answer comes back", async () => {
  const { url, seen } = await serve(json({ cover: "ready" }, 201, { "X-Request-ID": "request-1" }));

  await expect(upload({ url, method: "PUT", form: form() })).resolves.toEqual({ cover: "ready" });

  expect(seen[0]).toMatchObject({ method: "PUT" });
  expect(seen[0]?.headers["content-type"]).toMatch(/^multipart\/form-data; boundary=/);
  expect(seen[0]?.body).toContain("a picture");
  expect(seen[0]?.body).toContain("항구");
});

test("an empty answer is no data", async () => {
  const { url } = await serve(raw("", 204));

  await expect(upload({ url, file: FILE })).resolves.toBeUndefined();
});

test("what is too large is not sent", async () => {
  const { url, seen } = await serve(json({}));

  await expect(upload({ url, form: form(), maxBytes: 5 })).rejects.toMatchObject({
    status: 413,
    code: "content_too_large",
  });
  expect(seen).toHaveLength(0);
});

test.each([
  ["too large", json({ code: "image_too_large" }, 413), { status: 413, code: "image_too_large" }],
  ["too much", raw("", 429, { "Retry-After": "9" }), { status: 429, retryAfter: 9 }],
  ["a broken line", hangUp, { status: 0, code: "unreachable" }],
  ["a proxy's page", raw("<html>"), { code: "unreadable" }],
])("%s is an ApiError, and nothing is sent twice", async (_, answer, expected) => {
  const { url, seen } = await serve(answer);

  await expect(upload({ url, file: FILE })).rejects.toMatchObject(expected);
  expect(seen).toHaveLength(1);
});

test("an abort stops it, before and after it began", async () => {
  const { url, seen } = await serve(() => {});
  const aborting = new AbortController();

  const sending = upload({ url, file: FILE, signal: aborting.signal });
  sending.catch(() => {});
  await vi.waitFor(() => expect(seen).toHaveLength(1));
  aborting.abort();

  await expect(sending).rejects.toMatchObject({ code: "aborted" });
  await expect(upload({ url, file: FILE, signal: aborting.signal })).rejects.toMatchObject({ code: "aborted" });
  expect(seen).toHaveLength(1);
});

test("an upload in which nothing moves has failed", async () => {
  const { url } = await serve(() => {});

  await expect(upload({ url, file: FILE, stallMs: 50 })).rejects.toMatchObject({ code: "timeout" });
});

test("a refused token is renewed, and the file sent again", async () => {
  const { url, seen } = await serve(raw("", 401), json({}));
  const session = { scheme: "Token" as const, token: async () => "a1", renew: async () => "a2", end: vi.fn() };

  await upload({ url, file: FILE, session });

  expect(seen.map(({ headers }) => headers.authorization)).toEqual(["Token a1", "Token a2"]);
  expect(seen[1]?.body).toBe("a picture");
  expect(session.end).not.toHaveBeenCalled();
});

test("progress is a fraction", async () => {
  const { url } = await serve(json({}));
  const told: number[] = [];
  // happy-dom sends without saying how far it is.
  const send = vi.spyOn(XMLHttpRequest.prototype, "send").mockImplementation(function (this: XMLHttpRequest) {
    for (const loaded of [0, 5, 10]) {
      this.upload.dispatchEvent(new ProgressEvent("progress", { lengthComputable: true, loaded, total: 10 }));
    }
    send.mockRestore();
    this.send(FILE);
  });

  await upload({ url, file: FILE, onProgress: (fraction) => void told.push(fraction) });

  expect(told).toEqual([0, 0.5, 1]);
});
