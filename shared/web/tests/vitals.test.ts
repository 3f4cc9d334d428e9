import { beforeEach, expect, test, vi } from "vitest";
import { reportErrors } from "@course/web/vitals";

const beacon = vi.fn((_url: string, _body: Blob) => true);
let visibility: DocumentVisibilityState = "visible";

beforeEach(() => {
  beacon.mockClear();
  visibility = "visible";
  vi.spyOn(document, "visibilityState", "get").mockImplementation(() => visibility);
  Object.defineProperty(navigator, "sendBeacon", { value: beacon, configurable: true });
});

function leave(): void {
  visibility = "hidden";
  document.dispatchEvent(new Event("visibilitychange"));
}

async function sent(): Promise<unknown[]> {
  return Promise.all(beacon.mock.calls.map(async ([url, body]) => [url, JSON.parse(await body.text())]));
}

test("errors go out together, by page, when the page is left", async () => {
  let page = "/";
  const reporter = reportErrors({ url: "/errors-1", page: () => page });

  dispatchEvent(new ErrorEvent("error", { message: "x is undefined", filename: "/a.js", lineno: 7 }));
  page = "/article/:slug";
  reporter.vue(new TypeError("no such thing"));
  expect(beacon).not.toHaveBeenCalled();
  leave();

  expect(await sent()).toEqual([
    ["/errors-1", { page: "/", errors: [{ kind: "error", message: "x is undefined", source: "/a.js", line: 7 }] }],
    ["/errors-1", { page: "/article/:slug", errors: [{ kind: "vue", message: "TypeError: no such thing" }] }],
  ]);
});

test("what fails while the page goes is sent at once", async () => {
  const reporter = reportErrors({ url: "/errors-2", page: () => "/" });
  leave();

  reporter.vue("late");

  expect(await sent()).toEqual([["/errors-2", { page: "/", errors: [{ kind: "vue", message: "late" }] }]]);
});

test("a page in a loop of errors sends twenty, and none of them is long", async () => {
  const reporter = reportErrors({ url: "/errors-3", page: () => "/" });

  for (let count = 0; count < 100; count += 1) reporter.vue("x".repeat(10_000));
  leave();

  const [[, report]] = (await sent()) as [[string, { errors: { message: string }[] }]];
  expect(report.errors).toHaveLength(20);
  expect(report.errors[0]?.message).toHaveLength(300);
});
