import { Listeners } from "@course/web/listeners";
import { onWritten, read, write } from "@course/web/storage";

const ID = "shop.cart";
const COUPON = "shop.coupon";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const listeners = new Listeners<[]>();
onWritten([ID, COUPON], () => listeners.tell());

/** What is remembered of a cart in this browser: a guest's id, and the coupon that somebody wants to use. */
export const guestCart = {
  /** Null where there is none; anybody can write into a browser's storage, so what is no id is none. */
  id(): string | null {
    const kept = read(ID);
    return kept !== null && UUID.test(kept) ? kept : null;
  },
  begin(id: string): void {
    write(ID, id);
    listeners.tell();
  },
  /** It has joined a customer's cart, or is gone. */
  forget(): void {
    write(ID, null);
    listeners.tell();
  },
  coupon(): string {
    return read(COUPON) ?? "";
  },
  setCoupon(code: string): void {
    write(COUPON, code || null);
    listeners.tell();
  },
  /** Tells every change, of this tab or another; gives the function that stops it. */
  onChange: (listener: () => void) => listeners.add(listener),
};
