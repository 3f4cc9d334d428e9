/**
 * Who is signed in, in all tabs at once, with an access token that is always fresh.
 *
 * A refresh token works once, and using it twice ends the session for everybody. So a refresh happens under a
 * lock that all tabs share, and begins by looking whether another tab has just done it.
 * Why the tokens are in localStorage: docs/decisions/0017.
 */
import { forgetArrival, noteArrival, remaining } from "./lifetime";
import { Listeners } from "./listeners";
import { toApiError } from "./problem";
import { onWritten, read, write } from "./storage";

export interface Tokens {
  access: string;
  refresh: string | null;
}

/** Why a session ended: here on request, by its age, because a token was used twice, or in another tab. */
export type EndReason = "signed-out" | "expired" | "stolen" | "elsewhere";

export interface SessionOptions {
  /** What stands before the token in the Authorization header. */
  scheme: "Token" | "Bearer";
  /** Names in localStorage. */
  keys: { access: string; refresh: string; user: string };
  /** Asks the server for new tokens; throws ApiError. Must not use an API client of this very session. */
  refresh(refreshToken: string): Promise<Tokens>;
  /** Tells the server that the session is over. A failure changes nothing here. */
  revoke?(refreshToken: string): Promise<unknown>;
}

export interface Session<User> {
  readonly scheme: "Token" | "Bearer";
  readonly state: "signed-in" | "signed-out";
  /** Null when signed out, and as long as nobody has said who the token belongs to. */
  readonly user: User | null;
  /** An access token for the next request, refreshed if need be; null when signed out. Throws if it cannot be refreshed. */
  token(): Promise<string | null>;
  /** The server refused this token: gives the one after it, or null when the session is over. */
  renew(refused: string): Promise<string | null>;
  begin(tokens: Tokens, user: User): void;
  update(user: User): void;
  end(reason?: EndReason): Promise<void>;
  /** Tells every change from now on, with the reason if it is an end; gives the function that stops it. */
  onChange(listener: (reason: EndReason | null) => void): () => void;
}

const REFRESH_BEFORE_MS = 30_000;

/** The session that is kept under these names; it lives as long as the page. */
export function createSession<User>(options: SessionOptions): Session<User> {
  const { keys } = options;
  const listeners = new Listeners<[EndReason | null]>();
  let flight: Promise<string | null> | null = null;
  let known = snapshot();

  function snapshot() {
    return { access: read(keys.access), user: read(keys.user) };
  }

  function changed(reason: EndReason | null): void {
    known = snapshot();
    listeners.tell(reason);
  }

  /** Another tab may have written since this one looked; a tab that slept was not told. */
  function look(): void {
    const { access, user } = snapshot();
    if (known.access !== null && access === null) changed("elsewhere");
    else if ((known.access === null) !== (access === null) || user !== known.user) changed(null);
  }

  function keep({ access, refresh }: Tokens): void {
    // The refresh token first: after a crash between the two, an old access token costs one more refresh.
    write(keys.refresh, refresh);
    noteArrival(keys.access, access);
    write(keys.access, access);
  }

  function forget(reason: EndReason): void {
    if (read(keys.access) === null) return look();
    for (const key of Object.values(keys)) write(key, null);
    forgetArrival(keys.access);
    changed(reason);
  }

  function refreshOnce(outdated: string): Promise<string | null> {
    flight ??= inOneTab(keys.refresh, () => exchange(outdated)).finally(() => (flight = null));
    return flight;
  }

  async function exchange(outdated: string): Promise<string | null> {
    look();
    const access = read(keys.access);
    const refresh = read(keys.refresh);
    if (access !== outdated || refresh === null) return access;
    try {
      const tokens = await options.refresh(refresh);
      // Signed out, or in as somebody else, while the answer was on its way.
      if (read(keys.refresh) === refresh) keep(tokens);
    } catch (thrown) {
      const error = toApiError(thrown);
      if (error.status !== 401) throw error;
      if (read(keys.refresh) === refresh) forget(error.code === "token_reused" ? "stolen" : "expired");
    }
    return read(keys.access);
  }

  onWritten(Object.values(keys), look);

  return {
    scheme: options.scheme,
    get state() {
      return read(keys.access) === null ? "signed-out" : "signed-in";
    },
    get user() {
      return parsed<User>(read(keys.user));
    },
    async token() {
      look();
      const access = read(keys.access);
      if (access === null || read(keys.refresh) === null) return access;
      const left = remaining(keys.access, access);
      if (left > REFRESH_BEFORE_MS) return access;
      return refreshOnce(access).catch((error: unknown) => {
        if (left > 0) return access;
        throw error;
      });
    },
    async renew(refused) {
      look();
      const access = read(keys.access);
      if (access !== refused) return access;
      if (read(keys.refresh) !== null) return refreshOnce(refused);
      forget("expired");
      return null;
    },
    begin(tokens, user) {
      keep(tokens);
      write(keys.user, JSON.stringify(user));
      changed(null);
    },
    update(user) {
      if (read(keys.access) === null) return;
      write(keys.user, JSON.stringify(user));
      changed(null);
    },
    async end(reason = "signed-out") {
      const refresh = read(keys.refresh);
      forget(reason);
      if (refresh !== null) await options.revoke?.(refresh).catch(() => {});
    },
    onChange: (listener) => listeners.add(listener),
  };
}

/** Web locks exist only where the page came over HTTPS or from this computer. */
function inOneTab<T>(name: string, work: () => Promise<T>): Promise<T> {
  if (!navigator.locks) return work();
  return navigator.locks.request(`session:${name}`, work) as Promise<T>;
}

function parsed<T>(text: string | null): T | null {
  try {
    return JSON.parse(text ?? "null") as T | null;
  } catch {
    return null;
  }
}
