/** What is kept for all tabs. A browser that forbids storage, or has no room left, costs the keeping and nothing else. */

const ownMemory = new Map<string, string>();

/** The kept text, or null. */
export function read(key: string): string | null {
  try {
    return ownMemory.get(key) ?? localStorage.getItem(key);
  } catch {
    return ownMemory.get(key) ?? null;
  }
}

/** Keep a text, or forget it with null. What cannot be kept lives as long as this tab. */
export function write(key: string, value: string | null): void {
  ownMemory.delete(key);
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    if (value !== null) ownMemory.set(key, value);
    // An outdated value would be worse than none: a used refresh token ends the session.
    forget(key);
  }
}

/** Call `listener` when another tab changes one of the keys, or clears everything. */
export function onWritten(keys: readonly string[], listener: () => void): () => void {
  const heard = (event: StorageEvent): void => {
    if (event.key === null || keys.includes(event.key)) listener();
  };
  addEventListener("storage", heard);
  return () => removeEventListener("storage", heard);
}

function forget(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // Storage is closed altogether; then nothing outdated is read from it either.
  }
}
