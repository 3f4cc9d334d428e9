import { read, write } from "@course/web/storage";
import { api, type Order } from "@/api/client";

export interface Wishes {
  addressId: number;
  coupon: string | null;
  expectedTotal: number;
}

interface Attempt {
  key: string;
  user: number;
  wishes: Wishes;
}

const KEPT = "shop.checkout";

/**
 * Orders what is in the cart, once: until an answer has come, the same wishes go out under the same key, whoever
 * presses the button again, or loads the page again, or does so in another tab. Throws ApiError.
 */
export async function order(user: number, wishes: Wishes): Promise<Order> {
  const kept = attemptOf(user);
  const attempt = kept && isSame(kept.wishes, wishes) ? kept : { key: crypto.randomUUID(), user, wishes };
  write(KEPT, JSON.stringify(attempt));
  return send(attempt);
}

/** Asks again for the order whose answer never came. Throws ApiError where it was not placed after all. */
export async function resume(user: number): Promise<Order | null> {
  const attempt = attemptOf(user);
  return attempt && send(attempt);
}

/** Whether an order of this customer was sent, and no answer came. */
export function isUnanswered(user: number): boolean {
  return attemptOf(user) !== null;
}

async function send({ key, wishes }: Attempt): Promise<Order> {
  const done = await api.post("/api/orders", {
    params: { header: { "Idempotency-Key": key } },
    body: wishes,
  });
  write(KEPT, null);
  return done.order;
}

/** A refusal is an answer, too: nothing was ordered, so the next try is a new one. */
export function forgetAttempt(): void {
  write(KEPT, null);
}

function attemptOf(user: number): Attempt | null {
  try {
    const kept = JSON.parse(read(KEPT) ?? "null") as Attempt | null;
    return kept?.user === user && typeof kept.key === "string" && typeof kept.wishes === "object" ? kept : null;
  } catch {
    return null;
  }
}

function isSame(one: Wishes, other: Wishes): boolean {
  return one.addressId === other.addressId && one.coupon === other.coupon && one.expectedTotal === other.expectedTotal;
}
