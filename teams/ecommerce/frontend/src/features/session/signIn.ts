import { api, session, type User } from "@/api/client";
import { guestCart } from "@/hooks/guestCart";

interface SignedIn {
  user: User;
  token: string;
  refreshToken: string;
}

/** Starts a session; a guest's cart joins the customer's. Throws ApiError: 401 for a wrong password, 429 for too many. */
export async function signIn(email: string, password: string): Promise<void> {
  begin(await api.post("/api/users/login", { body: { email, password, cart: guestCart.id() } }));
}

/** Makes an account and starts its session. Throws ApiError: 409 for an address that is taken. */
export async function signUp(name: string, email: string, password: string): Promise<void> {
  begin(await api.post("/api/users", { body: { name, email, password, cart: guestCart.id() } }));
}

function begin({ user, token, refreshToken }: SignedIn): void {
  session.begin({ access: token, refresh: refreshToken }, user);
  guestCart.forget();
}
