import { isOnline } from "./online";

const KEY = "reloadedAt";
const ENOUGH_MS = 10_000;

/**
 * Loads the page anew, because a part of it did not come: usually a newer version was deployed meanwhile.
 *
 * False, and nothing happens, where that was tried a moment ago or there is no network.
 */
export function reloadOnce(path: string): boolean {
  const last = Number(sessionStorage.getItem(KEY) ?? 0);
  if (!isOnline() || Date.now() - last < ENOUGH_MS) return false;
  sessionStorage.setItem(KEY, String(Date.now()));
  location.assign(path);
  return true;
}
