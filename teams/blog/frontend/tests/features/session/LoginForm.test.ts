import { flushPromises } from "@vue/test-utils";
import { beforeEach, expect, test } from "vitest";
import { session } from "@/api/client";
import LoginPage from "@/features/session/LoginPage.vue";
import { fakeApi, type Reply } from "../../fakeApi";
import { mountAt } from "../../mountAt";
import { user } from "../../samples";

const SIGNED_IN: Reply = { body: { user: { ...user, token: "access", refreshToken: "refresh" } } };

beforeEach(() => session.end());

async function submitted(path: string, reply: Reply) {
  const asked = fakeApi({ "POST /api/users/login": reply });
  const page = await mountAt(LoginPage, path);
  await page.wrapper.get("[name=email]").setValue(user.email);
  await page.wrapper.get("[name=password]").setValue("a long password");
  await page.wrapper.get("form").trigger("submit");
  await page.wrapper.get("form").trigger("submit");
  await flushPromises();
  return { ...page, asked };
}

test("signing in starts a session and leads to where one wanted to go", async () => {
  const { router } = await submitted("/login?next=/tag/docker", SIGNED_IN);

  expect(session.user).toEqual(user);
  expect(localStorage.getItem("jwtToken")).toBe("access");
  expect(router.currentRoute.value.fullPath).toBe("/tag/docker");
});

test("pressing twice signs in once", async () => {
  expect((await submitted("/login", SIGNED_IN)).asked).toHaveLength(1);
});

test("a wrong password is said, and what was typed stays", async () => {
  const { wrapper } = await submitted("/login", { status: 401, body: { errors: { credentials: ["invalid"] } } });

  expect(wrapper.get(".error-messages").text()).toContain("do not match");
  expect(wrapper.get<HTMLInputElement>("[name=password]").element.value).toBe("a long password");
  expect(session.state).toBe("signed-out");
});

test("too many tries are told when to come back", async () => {
  const { wrapper } = await submitted("/login", { status: 429, headers: { "Retry-After": "30" } });

  expect(wrapper.get(".error-messages").text()).toContain("30");
});

test("the password can be read while it is typed", async () => {
  const { wrapper } = await mountAt(LoginPage, "/login");

  await wrapper.get("[type=checkbox]").setValue(true);

  expect(wrapper.get("[name=password]").attributes("type")).toBe("text");
});
