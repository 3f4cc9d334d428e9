/** What users feel, told to the API: how fast a page was, and what failed in it. Nothing here ever throws. */

export interface ReportOptions {
  url: string;
  /** The template of the route, as in `/article/:slug`: never what somebody reads. */
  page(): string;
}

export interface Reporter {
  /** For what the framework caught itself. */
  vue(error: unknown): void;
  react(error: unknown): void;
}

interface Failure {
  kind: "error" | "unhandledrejection" | "vue" | "react";
  message: string;
  source?: string;
  line?: number;
}

const MOST_A_PAGE = 20;
const LONGEST_MESSAGE = 300;
const COLLECT_MS = 2_000;
const IDLE_AT_LATEST_MS = 3_000;

/** Measures the Web Vitals (https://web.dev/articles/vitals), each once, and sends them when the page is left. */
export function reportVitals({ url, page }: ReportOptions): void {
  const outbox = new Outbox(url, "vitals", page);
  const seen = new Set<string>();
  const observe = async (): Promise<void> => {
    // Loaded apart: what measures the first load must not be part of it.
    const { onCLS, onFCP, onINP, onLCP, onTTFB } = await import("web-vitals");
    for (const on of [onCLS, onFCP, onINP, onLCP, onTTFB]) {
      on(({ name, value, rating }) => {
        if (!seen.has(name)) outbox.add({ name, value, rating });
        seen.add(name);
      });
    }
  };
  // Browsers keep what happened before for whoever observes later, so this can wait until nothing else is to be done.
  idle(() => observe().catch(() => {}));
}

function idle(then: () => void): void {
  // Safari has no such callback yet.
  if ("requestIdleCallback" in window) requestIdleCallback(then, { timeout: IDLE_AT_LATEST_MS });
  else setTimeout(then, IDLE_AT_LATEST_MS);
}

/** Reports what nothing caught, a few at a time and at most 20 in the life of the page. */
export function reportErrors({ url, page }: ReportOptions): Reporter {
  const outbox = new Outbox(url, "errors", page);
  const report = (failure: Failure): void => {
    outbox.add(failure);
    setTimeout(() => outbox.send(), COLLECT_MS);
  };
  addEventListener("error", ({ message, filename, lineno }) => {
    report({ kind: "error", message: cut(message), source: filename, line: lineno });
  });
  addEventListener("unhandledrejection", ({ reason }) => {
    report({ kind: "unhandledrejection", message: textOf(reason) });
  });
  const caught = (kind: Failure["kind"]) => (error: unknown) => report({ kind, message: textOf(error) });
  return { vue: caught("vue"), react: caught("react") };
}

/** Collects entries by the page they happened on, and sends them with what survives the page's end. */
class Outbox {
  private waiting = new Map<string, object[]>();
  private taken = 0;

  constructor(
    private readonly url: string,
    private readonly name: "vitals" | "errors",
    private readonly page: () => string,
  ) {
    document.addEventListener("visibilitychange", () => {
      if (isHidden()) this.send();
    });
    addEventListener("pagehide", () => this.send());
  }

  add(entry: object): void {
    if (this.taken >= MOST_A_PAGE) return;
    this.taken += 1;
    const page = this.page();
    this.waiting.set(page, [...(this.waiting.get(page) ?? []), entry]);
    // Some things are known only when the page goes, and then there is no later.
    if (isHidden()) this.send();
  }

  send(): void {
    for (const [page, entries] of this.waiting) {
      const body = JSON.stringify({ page, [this.name]: entries });
      navigator.sendBeacon(this.url, new Blob([body], { type: "application/json" }));
    }
    this.waiting.clear();
  }
}

function isHidden(): boolean {
  return document.visibilityState === "hidden";
}

function textOf(thrown: unknown): string {
  return cut(thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown));
}

function cut(text: string): string {
  return text.slice(0, LONGEST_MESSAGE);
}
