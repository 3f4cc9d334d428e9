import { vi } from "vitest";

export interface Reply {
  status?: number;
  body?: unknown;
  /** Instead of a body: what comes over the connection as long as it stands. */
  stream?: ReadableStream<Uint8Array>;
  headers?: Record<string, string>;
}

/**
 * A server that answers as told: `{"GET /api/categories": {body: {categories: []}}}`, or with a function of the request.
 *
 * Gives the list of what it was asked. What it was not told about is a mistake of the test.
 */
export function fakeApi(replies: Record<string, Reply | ((request: Request) => Reply | Promise<Reply>)>): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (input: Request | string, options?: RequestInit) => {
    const request = input instanceof Request ? input : new Request(new URL(input, location.href), options);
    const { pathname, search } = new URL(request.url);
    asked.push(`${request.method} ${pathname}${search}`);
    const reply = replies[`${request.method} ${pathname}`];
    if (!reply) throw new Error(`Nobody told the server about ${request.method} ${pathname}`);
    const { status = 200, body, stream, headers } = typeof reply === "function" ? await reply(request) : reply;
    if (stream) return new Response(stream, { headers: { "Content-Type": "text/event-stream" } });
    return new Response(body === undefined ? null : JSON.stringify(body), { status, headers });
  });
  return asked;
}
