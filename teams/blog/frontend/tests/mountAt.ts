import { enableAutoUnmount, mount, type ComponentMountingOptions } from "@vue/test-utils";
import { afterEach } from "vitest";
import type { Component } from "vue";
import { createMemoryHistory, createRouter } from "vue-router";
import { guard } from "@/features/session/guard";
import { routes } from "@/router";

// A page that stays would go on asking, when the server of its test is gone.
enableAutoUnmount(afterEach);

/** The blog's own addresses and rules; the pages behind them are empty. */
export function emptyPages() {
  const pages = routes.map(({ path, name, meta, children }) => ({
    path,
    name: name ?? children?.[0]?.name,
    meta,
    component: { render: () => null },
  }));
  const router = createRouter({ history: createMemoryHistory(), routes: pages });
  router.beforeEach(guard);
  return router;
}

/** A component as it is when the browser is at this address. */
export async function mountAt<T extends Component>(
  component: T,
  path: string,
  options: ComponentMountingOptions<T> = {},
) {
  const router = emptyPages();
  await router.push(path);
  const wrapper = mount(component, {
    attachTo: document.body,
    ...options,
    global: { plugins: [router] },
  } as ComponentMountingOptions<T>);
  return { wrapper, router };
}
