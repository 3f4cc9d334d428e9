/**
 * Server-Sent Events over fetch, which unlike EventSource can say who is asking, and sees why it was refused.
 * The format: https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
import { createParser } from "eventsource-parser";
import type { Backoff } from "./backoff";
import { noteAnswer, noteSilence } from "./online";
import { ApiError, refusal, toApiError, unanswered } from "./problem";
import { BACKOFF, keepOpen, type Connection, type Ending, type OnState } from "./reconnect";
import type { Session } from "./session";

/** `data` is parsed where it is JSON, and text where it is not. */
export interface ServerEvent {
  id: string;
  type: string;
  data: unknown;
}

export interface EventsOptions {
  url: string;
  /** Whose token goes along; none for a stream that is asked anonymously. */
  session?: Pick<Session<unknown>, "scheme" | "token" | "renew">;
  onEvent(event: ServerEvent): void;
  onState?: OnState;
  /** Where to resume; later connections resume after the last event that came. */
  lastEventId?: string;
  backoff?: Backoff;
  /** So long without a byte, and the connection counts as dead. The server's heartbeats must be closer together. */
  silenceMs?: number;
}

const PASSING = [401, 408, 429];

/** Listens until closed, or until the server says that there is nothing to listen to. */
export function openEvents(options: EventsOptions): Connection {
  const { session, silenceMs = 45_000 } = options;
  const backoff = { ...(options.backoff ?? BACKOFF) };
  let lastId = options.lastEventId ?? "";
  let refusedBefore = false;

  async function connect(closing: AbortSignal, opened: () => void): Promise<Ending> {
    const silence = new AbortController();
    const fallSilent = (): void => silence.abort(new DOMException("No byte came for too long.", "TimeoutError"));
    let timer = setTimeout(fallSilent, silenceMs);
    const heard = (): void => {
      clearTimeout(timer);
      timer = setTimeout(fallSilent, silenceMs);
    };
    const signal = AbortSignal.any([closing, silence.signal]);
    try {
      const token = (await session?.token()) ?? null;
      const response = await ask(token, signal);
      if (response.status === 204) return { error: null, isFinal: true };
      if (!response.ok) return await refused(response, token);
      refusedBefore = false;
      await receive(response, signal, opened, heard);
      return { error: null, isFinal: false };
    } catch (thrown) {
      return { error: toApiError(thrown), isFinal: false };
    } finally {
      clearTimeout(timer);
      silence.abort();
    }
  }

  async function ask(token: string | null, signal: AbortSignal): Promise<Response> {
    const headers = new Headers({ Accept: "text/event-stream" });
    if (token !== null) headers.set("Authorization", `${session?.scheme} ${token}`);
    if (lastId !== "") headers.set("Last-Event-ID", lastId);
    try {
      const response = await fetch(options.url, { headers, signal, cache: "no-store" });
      noteAnswer();
      return response;
    } catch (thrown) {
      if (!signal.aborted) noteSilence();
      throw unanswered(signal.aborted ? signal.reason : thrown);
    }
  }

  async function refused(response: Response, token: string | null): Promise<Ending> {
    const text = await response.text();
    const error = refusal({ status: response.status, text, header: (name) => response.headers.get(name) });
    if (error.status !== 401) return { error, isFinal: error.status < 500 && !PASSING.includes(error.status) };
    if (!session || token === null || refusedBefore) return { error, isFinal: true };
    refusedBefore = true;
    await session.renew(token);
    return { error, isFinal: false };
  }

  async function receive(response: Response, signal: AbortSignal, opened: () => void, heard: () => void) {
    if (!response.body || !response.headers.get("Content-Type")?.startsWith("text/event-stream")) {
      await response.body?.cancel();
      throw new ApiError("The answer is no event stream.", { status: response.status, code: "unreadable" });
    }
    opened();
    const parser = createParser({
      onEvent: (event) => {
        lastId = event.id ?? lastId;
        if (!signal.aborted) deliver({ id: lastId, type: event.event ?? "message", data: parsed(event.data) });
      },
      onRetry: (milliseconds) => (backoff.from = Math.min(milliseconds, backoff.to)),
    });
    const reader = response.body.getReader();
    // One decoder for the whole stream: a chunk may end in the middle of a character.
    const decoder = new TextDecoder();
    try {
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        heard();
        parser.feed(decoder.decode(part.value, { stream: true }));
      }
    } catch (thrown) {
      throw unanswered(signal.aborted ? signal.reason : thrown);
    }
  }

  /** An error in the page is not one of the connection. */
  function deliver(event: ServerEvent): void {
    try {
      options.onEvent(event);
    } catch (error) {
      reportError(error);
    }
  }

  return keepOpen(connect, backoff, (state, error) => options.onState?.(state, error));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
