import { enableAutoUnmount, flushPromises, mount } from "@vue/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { h, ref, type Component } from "vue";
import { createMemoryHistory, createRouter } from "vue-router";
import App from "@/App.vue";
import { session } from "@/api/client";
import { useTitle } from "@/composables/useTitle";
import { useToasts } from "@/composables/useToasts";

enableAutoUnmount(afterEach);
beforeEach(() => session.end());

const home: Component = { render: () => [h("h1", "Home"), h("input", { name: "typed" })] };
const other: Component = { render: () => h("h1", "Other") };

async function appWith(page: Component | (() => Promise<Component>)) {
  const routes = ["home", "login", "register", "search", "write", "drafts", "settings"].map((name) => ({
    path: name === "home" ? "/" : `/${name}`,
    name,
    component: home,
  }));
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [...routes, { path: "/page", component: page }],
  });
  await router.push("/");
  const errorHandler = vi.fn();
  const wrapper = mount(App, { attachTo: document.body, global: { plugins: [router], config: { errorHandler } } });
  return { router, wrapper, errorHandler };
}

test("arriving at a page brings the keyboard to its heading", async () => {
  const { router } = await appWith(other);

  await router.push("/page");
  await flushPromises();

  expect(document.activeElement?.textContent).toBe("Other");
});

test("a page that has its name only with its data says it when it has it, once", async () => {
  const name = ref("");
  const slow = { setup: () => (useTitle(() => ({ title: name.value })), () => h("h1", name.value)) };
  const { router, wrapper } = await appWith(slow);
  const announced = () => wrapper.get("p.visually-hidden[role=status]").text();

  await router.push("/page");
  await flushPromises();
  name.value = "A connection is a process";
  await flushPromises();
  expect(announced()).toContain("A connection is a process");
  name.value = "Another name";
  await flushPromises();

  expect(announced()).toContain("A connection is a process");
});

test("a page that cannot be made is replaced by a calm one, reported, and gone with the next page", async () => {
  const failing = {
    setup() {
      throw new Error("broken");
    },
    render: () => null,
  };
  const { router, wrapper, errorHandler } = await appWith(failing);

  await router.push("/page");
  await flushPromises();
  expect(wrapper.get("main h1").text()).toContain("Something broke");
  expect(errorHandler).toHaveBeenCalled();
  await router.push("/");
  await flushPromises();

  expect(wrapper.get("main h1").text()).toBe("Home");
});

test("an error in a click leaves the page as it is", async () => {
  const fail = () => {
    throw new Error("click");
  };
  const { router, wrapper, errorHandler } = await appWith({
    render: () => h("button", { class: "bad", onClick: fail }),
  });
  await router.push("/page");

  await wrapper.get(".bad").trigger("click");

  expect(errorHandler).toHaveBeenCalled();
  expect(wrapper.find(".bad").exists()).toBe(true);
});

test("a page whose code cannot be had leaves what was typed on the present one", async () => {
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  const { router, wrapper } = await appWith(() => Promise.reject(new TypeError("no chunk")));
  await wrapper.get("[name=typed]").setValue("half a sentence");

  await router.push("/page").catch(() => undefined);
  await flushPromises();

  expect(wrapper.get<HTMLInputElement>("[name=typed]").element.value).toBe("half a sentence");
  expect(useToasts().shown.at(-1)?.text).toContain("could not be opened");
});
