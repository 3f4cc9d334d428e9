import { api, session } from "@/api/client";
import type { components } from "@/api/schema";

type SignedInUser = components["schemas"]["SignedInReply.SignedInUser"];

function begin({ token, refreshToken, ...user }: SignedInUser): void {
  session.begin({ access: token, refresh: refreshToken }, user);
}

/** Starts a session. Throws ApiError: 401 for a wrong password, 429 for too many. */
export async function signIn(email: string, password: string): Promise<void> {
  begin((await api.post("/api/users/login", { body: { user: { email, password } } })).user);
}

/** Makes an account and starts its session. Throws ApiError: 409 for a name or an address that is taken. */
export async function signUp(username: string, email: string, password: string): Promise<void> {
  begin((await api.post("/api/users", { body: { user: { username, email, password } } })).user);
}
