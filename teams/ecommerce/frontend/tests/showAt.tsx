import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render } from "@testing-library/react";
import type { ComponentType } from "react";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterEach } from "vitest";
import { queries } from "@/api/queries";

// A page that stays would go on asking, when the server of its test is gone.
afterEach(() => {
  cleanup();
  queries.clear();
});

/** A page as it is when the browser is at this address; every other address shows nothing. */
export function showAt(Page: ComponentType, pattern: string, address = pattern) {
  const routes = [
    { path: pattern, Component: Page },
    { path: "*", element: null },
  ];
  const router = createMemoryRouter(routes, { initialEntries: [address] });
  const view = render(
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
  return { ...view, router };
}
