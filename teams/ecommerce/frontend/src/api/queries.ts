import { QueryClient } from "@tanstack/react-query";
import { toApiError, type ApiError } from "@course/web/problem";
import { session } from "@/api/client";

declare module "@tanstack/react-query" {
  interface Register {
    defaultError: ApiError;
  }
}

/**
 * What the API has said. The API's client repeats what may pass, so nothing is repeated here.
 *
 * Everything is asked anew when a page is opened; until the answer comes, the page shows what was said before.
 */
export const queries = new QueryClient({
  defaultOptions: {
    queries: { retry: false, staleTime: 5_000, networkMode: "always" },
    mutations: { networkMode: "always" },
  },
});

/** Keys that begin with this hold what belongs to whoever is signed in. */
export const OWN = "own";

// What one customer has seen is no business of the next one at the same computer.
let known = session.user?.id;
session.onChange((reason) => {
  const now = session.user?.id;
  const isOther = known !== undefined && now !== undefined && now !== known;
  if (reason === "signed-out" || reason === "elsewhere" || isOther) queries.removeQueries({ queryKey: [OWN] });
  known = now ?? known;
});

/** What the API asked, as an ApiError whatever was thrown. */
export function asked<T>(ask: (signal: AbortSignal) => Promise<T>) {
  return async ({ signal }: { signal: AbortSignal }): Promise<T> => {
    try {
      return await ask(signal);
    } catch (thrown) {
      throw toApiError(thrown);
    }
  };
}
