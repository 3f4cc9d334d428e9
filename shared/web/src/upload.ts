/** Sends a file and says how far it is, which fetch cannot. */

import { noteAnswer, noteSilence } from "./online";
import { ApiError, refusal, unanswered, unreadable, type Answer } from "./problem";
import type { Session } from "./session";

export interface UploadOptions {
  url: string;
  method?: "POST" | "PUT";
  /** The file as it is, or a form with the file in it. */
  file?: Blob;
  form?: FormData;
  session?: Pick<Session<unknown>, "scheme" | "token" | "renew" | "end">;
  /** From 0 to 1, never backwards within one try. */
  onProgress?(fraction: number): void;
  signal?: AbortSignal;
  /** More is refused here: many servers close the connection on it, and the browser then cannot say why. */
  maxBytes?: number;
  /** So long without progress or an answer, and it has failed. */
  stallMs?: number;
}

/** Resolves to the answer's JSON, undefined for an empty one; throws ApiError, with the code `aborted` after an abort. */
export async function upload<T>(options: UploadOptions): Promise<T> {
  const { session, maxBytes = Infinity } = options;
  if (sizeOf(options) > maxBytes) {
    throw new ApiError("The file is too large.", { status: 413, code: "content_too_large" });
  }
  const token = (await session?.token()) ?? null;
  let answer = await sendOnce(options, token);
  if (answer.status === 401 && session && token !== null) {
    const next = await session.renew(token);
    if (next !== null) answer = await sendOnce(options, next);
    if (next !== null && answer.status === 401) await session.end("expired");
  }
  if (answer.status < 200 || answer.status > 299) throw refusal(answer);
  return parsed(answer) as T;
}

function sendOnce(options: UploadOptions, token: string | null): Promise<Answer> {
  const { method = "POST", file, form, session, onProgress, signal, stallMs = 30_000 } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(unanswered(signal.reason));
    const request = new XMLHttpRequest();
    const abort = (): void => request.abort();
    const stall = (): void => finish(() => reject(unanswered(new DOMException("Nothing moves.", "TimeoutError"))));
    let timer = setTimeout(stall, stallMs);

    function finish(settle: () => void): void {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      settle();
      request.abort();
    }

    signal?.addEventListener("abort", abort);
    request.upload.onprogress = ({ lengthComputable, loaded, total }) => {
      clearTimeout(timer);
      timer = setTimeout(stall, stallMs);
      if (lengthComputable && total > 0) onProgress?.(loaded / total);
    };
    request.onload = () => {
      noteAnswer();
      const { status, responseText: text } = request;
      finish(() => resolve({ status, text, header: (name) => request.getResponseHeader(name) }));
    };
    request.onerror = () => {
      noteSilence();
      finish(() => reject(unanswered(new TypeError("The connection broke."))));
    };
    request.onabort = () => finish(() => reject(unanswered(new DOMException("Aborted.", "AbortError"))));
    request.open(method, options.url);
    if (token !== null) request.setRequestHeader("Authorization", `${session?.scheme} ${token}`);
    request.send(form ?? file ?? null);
  });
}

function sizeOf({ file, form }: UploadOptions): number {
  let bytes = file?.size ?? 0;
  for (const value of form?.values() ?? []) bytes += typeof value === "string" ? value.length : value.size;
  return bytes;
}

function parsed(answer: Answer): unknown {
  if (answer.text === "") return undefined;
  try {
    return JSON.parse(answer.text);
  } catch (cause) {
    throw unreadable(answer, cause);
  }
}
