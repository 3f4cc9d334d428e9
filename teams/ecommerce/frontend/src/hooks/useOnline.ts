import { useSyncExternalStore } from "react";
import { isOnline, onOnline } from "@course/web/online";

/** Whether the server answers. */
export function useOnline(): boolean {
  return useSyncExternalStore(onOnline, isOnline);
}
