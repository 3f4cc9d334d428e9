/** A WebSocket that comes back: says where it stopped, sends what was held back, and notices a dead line. */

import type { Backoff } from "./backoff";
import { ApiError, toApiError } from "./problem";
import { BACKOFF, keepOpen, type Connection, type Ending, type OnState } from "./reconnect";

export interface SocketOptions {
  /** Asked before each connection where it is a function, so that it can carry a fresh ticket. */
  url: string | (() => string | Promise<string>);
  protocols?: () => string[] | Promise<string[]>;
  /** Gets each message, parsed from JSON. What is not JSON is passed over. */
  onMessage(message: unknown): void;
  onState?: OnState;
  /** The first message of each connection, or undefined to say nothing: what was seen last, say. */
  resume?(): unknown;
  /** Sent at this interval. Two intervals in which nothing came, and the connection counts as dead. */
  heartbeat?: { message: unknown; everyMs: number };
  /** How many messages wait at most while there is no connection. */
  mostWaiting?: number;
  /** Close codes that end it for good. */
  isFinal?(code: number): boolean;
  backoff?: Backoff;
}

export interface Socket extends Connection {
  /** True if the message was sent or waits for the connection; false if too many wait already, or it is closed. */
  send(message: unknown): boolean;
}

/** Stays connected until closed. What was sent just before a break may be lost: what matters needs an answer. */
export function openSocket(options: SocketOptions): Socket {
  const { mostWaiting = 100, isFinal = isRefusal } = options;
  let waiting: string[] = [];
  let open: WebSocket | null = null;
  let isClosed = false;

  async function connect(closing: AbortSignal, opened: () => void): Promise<Ending> {
    try {
      const url = typeof options.url === "string" ? options.url : await options.url();
      const protocols = await options.protocols?.();
      if (closing.aborted) return { error: null, isFinal: true };
      return await converse(new WebSocket(socketUrl(url), protocols), closing, opened);
    } catch (thrown) {
      return { error: toApiError(thrown), isFinal: false };
    }
  }

  function converse(socket: WebSocket, closing: AbortSignal, opened: () => void): Promise<Ending> {
    return new Promise((resolve) => {
      let beating: ReturnType<typeof setInterval> | undefined;
      let heardAt = Date.now();

      const end = (code: number): void => {
        clearInterval(beating);
        closing.removeEventListener("abort", leave);
        open = null;
        const error = new ApiError(`The connection was closed with code ${code}.`, { code: "unreachable" });
        resolve({ error, isFinal: isFinal(code) });
      };
      const leave = (): void => socket.close(1000);
      const beat = ({ message, everyMs }: NonNullable<SocketOptions["heartbeat"]>): void => {
        if (Date.now() - heardAt <= 2 * everyMs) return socket.send(JSON.stringify(message));
        // A dead line may take minutes to say that it is closed.
        socket.onclose = null;
        socket.close();
        end(1006);
      };

      closing.addEventListener("abort", leave);
      socket.onopen = () => {
        const { heartbeat } = options;
        if (heartbeat) beating = setInterval(() => beat(heartbeat), heartbeat.everyMs);
        const greeting = options.resume?.();
        if (greeting !== undefined) socket.send(JSON.stringify(greeting));
        for (const message of waiting) socket.send(message);
        waiting = [];
        open = socket;
        opened();
      };
      socket.onmessage = ({ data }) => {
        heardAt = Date.now();
        if (!closing.aborted) deliver(String(data));
      };
      socket.onclose = ({ code }) => end(code);
    });
  }

  function deliver(text: string): void {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      return;
    }
    options.onMessage(message);
  }

  const connection = keepOpen(connect, options.backoff ?? BACKOFF, (state, error) => {
    isClosed = state === "closed";
    options.onState?.(state, error);
  });

  return {
    close: () => connection.close(),
    send(message) {
      const text = JSON.stringify(message);
      if (open?.readyState === WebSocket.OPEN) open.send(text);
      else if (isClosed || waiting.length >= mostWaiting) return false;
      else waiting.push(text);
      return true;
    },
  };
}

/** A policy, and what applications define like HTTP's 400 to 499: asking again would be refused again. */
function isRefusal(code: number): boolean {
  return code === 1008 || (code >= 4400 && code <= 4499);
}

function socketUrl(url: string): string {
  const absolute = new URL(url, location.href);
  absolute.protocol = absolute.protocol.replace("http", "ws");
  return absolute.href;
}
