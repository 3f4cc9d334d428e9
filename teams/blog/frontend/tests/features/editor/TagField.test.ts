import { enableAutoUnmount, mount } from "@vue/test-utils";
import { afterEach, expect, test } from "vitest";
import TagField from "@/features/editor/TagField.vue";

enableAutoUnmount(afterEach);

function setUp(tags: string[] = []) {
  const field = mount(TagField, {
    global: { stubs: { RouterLink: true } },
    props: { modelValue: tags, "onUpdate:modelValue": (modelValue: string[]) => field.setProps({ modelValue }) },
  });
  const input = field.get("input");
  return { field, input, tags: () => field.props("modelValue") };
}

test("Enter adds a tag, without spaces around it and not twice", async () => {
  const { input, tags } = setUp(["docker"]);

  for (const typed of [" compose ", "docker", "compose", " "]) {
    await input.setValue(typed);
    await input.trigger("keydown", { key: "Enter" });
  }

  expect(tags()).toEqual(["docker", "compose"]);
});

test("the Enter that ends a Korean syllable adds nothing, the next one does", async () => {
  const { input, tags } = setUp();
  await input.setValue("도커");

  await input.trigger("keydown", { key: "Enter", isComposing: true });
  await input.trigger("keydown", { key: "Enter", keyCode: 229 });
  expect(tags()).toEqual([]);

  await input.trigger("keydown", { key: "Enter" });
  expect(tags()).toEqual(["도커"]);
});

test("a comma adds a tag, and so does a pasted list", async () => {
  const { input, tags } = setUp();

  await input.setValue("docker,");
  await input.setValue("compose, 스웜");

  expect(tags()).toEqual(["docker", "compose", "스웜"]);
});

test("what was typed and not finished is not lost when the field is left", async () => {
  const { input, tags } = setUp();
  await input.setValue("docker");

  await input.trigger("blur");

  expect(tags()).toEqual(["docker"]);
});

test("a tag is taken away by its cross, and the last one by Backspace", async () => {
  const { field, input, tags } = setUp(["one", "two", "three"]);

  await field.get(".tag-list .tag-pill i").trigger("click");
  expect(tags()).toEqual(["two", "three"]);

  await input.trigger("keydown", { key: "Backspace" });
  expect(tags()).toEqual(["two"]);
});
