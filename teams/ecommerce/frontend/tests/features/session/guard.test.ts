import { beforeEach, expect, test } from "vitest";
import { session } from "@/api/client";
import { guard } from "@/features/session/guard";
import { user } from "../../samples";

beforeEach(() => session.end());

function visit(address: string): Response | undefined {
  try {
    guard(new Request(new URL(address, "https://shop.example")));
  } catch (thrown) {
    return thrown as Response;
  }
}

test("a visitor is led over the sign-in page, which leads back", () => {
  expect(visit("/orders/1?a=b")?.headers.get("Location")).toBe("/login?next=%2Forders%2F1%3Fa%3Db");
});

test("who is signed in goes on", () => {
  session.begin({ access: "a", refresh: "r" }, user);

  expect(visit("/orders/1")).toBeUndefined();
});
