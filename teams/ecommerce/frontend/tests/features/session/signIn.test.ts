import { beforeEach, expect, test } from "vitest";
import { session } from "@/api/client";
import { signIn, signUp } from "@/features/session/signIn";
import { guestCart } from "@/hooks/guestCart";
import { fakeApi } from "../../fakeApi";
import { cart, user } from "../../samples";

const signedIn = { user, token: "access", refreshToken: "refresh" };

beforeEach(async () => {
  await session.end();
  localStorage.clear();
});

test("a guest's cart goes along, and is the customer's afterwards", async () => {
  guestCart.begin(cart().id);
  let sent: unknown;
  fakeApi({
    "POST /api/users/login": async (request) => {
      sent = await request.json();
      return { body: signedIn };
    },
  });

  await signIn("kim@example.com", "correct horse");

  expect(sent).toEqual({ email: "kim@example.com", password: "correct horse", cart: cart().id });
  expect(session.user).toEqual(user);
  expect(guestCart.id()).toBeNull();
});

test("a refusal leaves the guest's cart", async () => {
  guestCart.begin(cart().id);
  fakeApi({ "POST /api/users": { status: 409, body: { code: "email_taken" } } });

  await expect(signUp("Kim", "kim@example.com", "correct horse")).rejects.toMatchObject({ code: "email_taken" });

  expect(guestCart.id()).toBe(cart().id);
});

test("what is no cart's id is not sent", async () => {
  localStorage.setItem("shop.cart", "<script>");

  expect(guestCart.id()).toBeNull();
});
