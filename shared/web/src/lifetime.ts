/**
 * When an access token runs out, by this computer's clock.
 *
 * The clock may be hours off the server's. So only the difference of the token's two times counts, from the
 * moment when the token came.
 */
import { read, write } from "./storage";

interface Note {
  of: string;
  until: number;
}

/** Remember that the token has just come. */
export function noteArrival(key: string, token: string): void {
  const lifetime = lifetimeOf(token);
  const note: Note | null = lifetime === null ? null : { of: ending(token), until: Date.now() + lifetime };
  write(noteKey(key), note && JSON.stringify(note));
}

/** The milliseconds left. Infinity for a token that says nothing, or of which it is not known when it came. */
export function remaining(key: string, token: string): number {
  try {
    const note = JSON.parse(read(noteKey(key)) ?? "null") as Note | null;
    return note?.of === ending(token) ? note.until - Date.now() : Infinity;
  } catch {
    return Infinity;
  }
}

export function forgetArrival(key: string): void {
  write(noteKey(key), null);
}

function noteKey(key: string): string {
  return `${key}.arrival`;
}

/** Enough of the signature to tell two tokens apart. */
function ending(token: string): string {
  return token.slice(-16);
}

function lifetimeOf(token: string): number | null {
  try {
    const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const { iat, exp } = JSON.parse(atob(payload)) as { iat?: unknown; exp?: unknown };
    return typeof iat === "number" && typeof exp === "number" ? (exp - iat) * 1000 : null;
  } catch {
    return null;
  }
}
