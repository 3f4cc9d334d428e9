import { createAccount } from "@course/web/account";
import { api, session } from "@/api/client";

/** Whether the API still knows who is signed in. */
export const account = createAccount(session, async () => (await api.get("/api/user")).user);
