import { useSyncExternalStore } from "react";
import { session } from "@/api/client";

interface Known {
  user: typeof session.user;
  signedIn: boolean;
}

// One object as long as nothing changes, as React asks of a store.
let known = look();

function look(): Known {
  return { user: session.user, signedIn: session.state === "signed-in" };
}

function subscribe(listener: () => void): () => void {
  return session.onChange(listener);
}

session.onChange(() => (known = look()));

/** Who is signed in. Changing that is the session's own business: see `session` in api/client. */
export function useSession(): Known {
  return useSyncExternalStore(subscribe, () => known);
}
