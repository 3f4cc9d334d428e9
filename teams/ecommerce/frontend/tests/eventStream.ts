import { onTestFinished } from "vitest";
import type { Reply } from "./fakeApi";

/** A server's event stream, connection after connection. */
export function eventStream() {
  const connections: ReadableStreamDefaultController<Uint8Array>[] = [];
  let isUp = true;
  onTestFinished(() => {
    isUp = false;
    last()?.close();
  });

  function last() {
    return connections.at(-1);
  }

  return {
    /** What the server answers to whoever connects. */
    connect(): Reply {
      if (!isUp) return { status: 404 };
      const stream = new ReadableStream<Uint8Array>({ start: (controller) => void connections.push(controller) });
      return { stream };
    },
    send(type: string, data: unknown): void {
      last()?.enqueue(new TextEncoder().encode(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`));
    },
    /** As when the server dies. */
    hangUp(): void {
      last()?.error(new TypeError("The connection broke."));
    },
    connections: () => connections.length,
  };
}
