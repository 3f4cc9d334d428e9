import { onScopeDispose } from "vue";
import { onSlash } from "@course/web/slashKey";

/** `onSlash`, as long as the component lives. */
export function useSlashKey(focus: () => void, isPage = false): void {
  onScopeDispose(onSlash(focus, isPage));
}
