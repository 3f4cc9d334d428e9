import { flushPromises } from "@vue/test-utils";
import { beforeEach, expect, test } from "vitest";
import { session } from "@/api/client";
import SettingsPage from "@/features/settings/SettingsPage.vue";
import { fakeApi } from "../../fakeApi";
import { mountAt } from "../../mountAt";
import { user } from "../../samples";

const renamed = { ...user, username: "renamed", bio: "Hello" };

beforeEach(() => session.begin({ access: "access", refresh: "refresh" }, user));

test("what is saved is shown everywhere, and the profile comes next", async () => {
  let sent: unknown;
  fakeApi({
    "PUT /api/user": async (request) => {
      sent = await request.json();
      return { body: { user: { ...renamed, token: "new" } } };
    },
  });
  const { wrapper, router } = await mountAt(SettingsPage, "/settings");

  await wrapper.get("[name=username]").setValue("renamed");
  await wrapper.get("[name=bio]").setValue("Hello");
  await wrapper.get("form").trigger("submit");
  await flushPromises();

  expect(sent).toEqual({ user: { username: "renamed", email: user.email, bio: "Hello", image: null } });
  expect(session.user).toMatchObject(renamed);
  expect(router.currentRoute.value.path).toBe("/profile/renamed");
});

test("a new password ends all sessions and begins this one anew", async () => {
  fakeApi({
    "PUT /api/user": { body: { user: { ...user, token: "new" } } },
    "POST /api/users/login": { body: { user: { ...user, token: "access 2", refreshToken: "refresh 2" } } },
  });
  const { wrapper } = await mountAt(SettingsPage, "/settings");

  await wrapper.get("[name=password]").setValue("another password");
  await wrapper.get("form").trigger("submit");
  await flushPromises();

  expect(localStorage.getItem("refreshToken")).toBe("refresh 2");
});

test("a name that is taken is said in the form", async () => {
  fakeApi({ "PUT /api/user": { status: 409, body: { errors: { username: ["has already been taken"] } } } });
  const { wrapper, router } = await mountAt(SettingsPage, "/settings");

  await wrapper.get("form").trigger("submit");
  await flushPromises();

  expect(wrapper.get(".error-messages").text()).toContain("has already been taken");
  expect(router.currentRoute.value.path).toBe("/settings");
});

test("logging out tells the server, forgets the keys and goes home", async () => {
  const asked = fakeApi({ "POST /api/users/logout": { status: 204 } });
  const { wrapper, router } = await mountAt(SettingsPage, "/settings");

  await wrapper.get(".btn-outline-danger").trigger("click");
  await flushPromises();

  expect(asked).toEqual(["POST /api/users/logout"]);
  expect(localStorage.getItem("jwtToken")).toBeNull();
  expect(router.currentRoute.value.path).toBe("/");
});
