import { expect, test } from "vitest";
import UserAvatar from "@/components/UserAvatar.vue";
import { mountAt } from "../mountAt";

async function source(image: string | null): Promise<string | undefined> {
  const { wrapper } = await mountAt(UserAvatar, "/", { props: { user: { username: "author", image } } });
  return wrapper.get("img").attributes("src");
}

test("a picture of this site is shown", async () => {
  expect(await source("/media/abc.webp")).toBe("/media/abc.webp");
});

test.each([
  null,
  "",
  "https://tracker.example/pixel.gif",
  "//tracker.example/x",
  "javascript:alert(1)",
  "data:,x",
  "http://[",
])("%j shows the default one, and no other origin is asked", async (image) => {
  expect(await source(image)).toBe("/default-avatar.svg");
});

test("a picture that cannot be loaded is replaced", async () => {
  const { wrapper } = await mountAt(UserAvatar, "/", { props: { user: { username: "author", image: "/gone.webp" } } });

  await wrapper.get("img").trigger("error");

  expect(wrapper.get("img").attributes("src")).toBe("/default-avatar.svg");
});
