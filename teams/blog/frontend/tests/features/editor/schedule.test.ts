import { afterEach, expect, test, vi } from "vitest";
import { fromField, toField, zoneName } from "@/features/editor/schedule";

afterEach(() => vi.unstubAllEnvs());

test.each(["UTC", "Asia/Seoul", "America/St_Johns"])("a moment survives the field in %s", (zone) => {
  vi.stubEnv("TZ", zone);

  for (const moment of ["2026-11-23T15:30:00.000Z", "2026-07-01T00:05:00.000Z"]) {
    expect(fromField(toField(moment))).toBe(moment);
  }
});

test("the field shows the author's own hour, and says whose it is", () => {
  vi.stubEnv("TZ", "Asia/Seoul");

  expect(toField("2026-11-23T15:30:00.000Z")).toBe("2026-11-24T00:30");
  expect(zoneName()).toBe("Asia/Seoul (GMT+9)");
});

test("nothing is no moment", () => {
  expect([toField(null), fromField(""), fromField("soon")]).toEqual(["", null, null]);
});
