import { flushPromises } from "@vue/test-utils";
import { beforeEach, expect, test } from "vitest";
import { session } from "@/api/client";
import FollowButton from "@/components/FollowButton.vue";
import { fakeApi } from "../fakeApi";
import { mountAt } from "../mountAt";
import { profile, user } from "../samples";

const PATH = "/api/profiles/author/follow";

beforeEach(() => session.begin({ access: "token", refresh: null }, user));

test("following shows at once, and stays when the server agrees", async () => {
  fakeApi({ [`POST ${PATH}`]: { body: { profile: { ...profile, following: true } } } });
  const { wrapper } = await mountAt(FollowButton, "/", { props: { profile } });

  await wrapper.get("button").trigger("click");
  expect(wrapper.text()).toBe("Unfollow author");
  await flushPromises();

  expect(wrapper.text()).toBe("Unfollow author");
});

test("a refusal takes it back", async () => {
  fakeApi({ [`POST ${PATH}`]: { status: 404, body: { errors: { profile: ["not found"] } } } });
  const { wrapper } = await mountAt(FollowButton, "/", { props: { profile } });

  await wrapper.get("button").trigger("click");
  await flushPromises();

  expect(wrapper.text()).toBe("Follow author");
});
