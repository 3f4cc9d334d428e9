import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { addresses } from "@/api/customers";
import type { Address } from "@/api/client";
import { AddressForm } from "@/components/AddressForm";
import { AddressText } from "@/components/AddressText";
import { ErrorMessages } from "@/components/ErrorMessages";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Notice } from "@/components/Notice";
import { Skeleton } from "@/components/Skeleton";
import { Totals } from "@/components/Totals";
import { useCheckout } from "@/features/checkout/useCheckout";
import { useOwnCart, type PricedCart } from "@/hooks/useCart";
import { useSession } from "@/hooks/useSession";
import { useTitle } from "@/hooks/useTitle";
import { useI18n } from "@/i18n";
import "@/features/checkout/texts";
import "@/features/checkout/checkout.css";

export default function CheckoutPage() {
  const { t } = useI18n();
  const { signedIn } = useSession();
  const cart = useOwnCart();
  // When the session ends, what was loaded stays on the page, and so does what was typed.
  const known = useQuery({ ...addresses, enabled: signedIn });
  useTitle(t("checkout:title"));
  const error = cart.error ?? known.error;

  return (
    <div className="container checkout-page">
      <h1>{t("checkout:title")}</h1>
      {cart.data && known.data ? (
        <Checkout priced={cart.data} known={known.data} />
      ) : error ? (
        <ErrorNotice error={error} retry={() => void Promise.all([cart.refetch(), known.refetch()])} />
      ) : (
        <Skeleton lines={8} />
      )}
    </div>
  );
}

function Checkout({ priced, known }: { priced: PricedCart; known: readonly Address[] }) {
  const { cart, coupon, refused } = priced;
  const { t, formatMoney } = useI18n();
  const isEmpty = cart.lines.length === 0;
  const { error, isSending, place } = useCheckout(isEmpty);
  const [chosen, setChosen] = useState<number | null>(null);
  const [isAdding, setAdding] = useState(false);
  const address = known.find(({ id }) => id === chosen) ?? known.at(-1);
  const total = formatMoney(cart.total, cart.currency);

  if (isEmpty) {
    return isSending ? (
      <p role="status">{t("checkout:resuming")}</p>
    ) : (
      <Notice title={t("checkout:emptyTitle")}>
        <ErrorMessages error={error?.code === "cart_empty" ? null : error} />
        <p>{t("checkout:empty")}</p>
        <p>
          <Link className="btn btn-primary" to="/orders">
            {t("checkout:toOrders")}
          </Link>
        </p>
      </Notice>
    );
  }
  return (
    <div className="checkout-columns">
      <section aria-labelledby="where-to">
        <h2 id="where-to">{t("checkout:address")}</h2>
        {known.length > 0 && (
          <fieldset className="addresses">
            <legend className="visually-hidden">{t("checkout:address")}</legend>
            {known.map((one) => (
              <label key={one.id} className="address-choice">
                <input
                  type="radio"
                  name="address"
                  value={one.id}
                  checked={one.id === address?.id}
                  onChange={() => setChosen(one.id)}
                />
                <AddressText address={one} />
              </label>
            ))}
          </fieldset>
        )}
        {known.length === 0 || isAdding ? (
          <>
            <h3>{t("checkout:newAddress")}</h3>
            <AddressForm
              onAdded={(added) => {
                setChosen(added.id);
                setAdding(false);
              }}
            />
          </>
        ) : (
          <button type="button" className="btn" onClick={() => setAdding(true)}>
            {t("checkout:addAddress")}
          </button>
        )}
      </section>
      <section className="summary" aria-labelledby="summary">
        <h2 id="summary">{t("checkout:summary")}</h2>
        <ul className="summary-lines">
          {cart.lines.map((line) => (
            <li key={line.variant.id}>
              <span>
                {t("checkout:line", { quantity: line.quantity, title: line.title })}
                <small>{line.variant.name}</small>
              </span>
              <span>{formatMoney(line.amount, cart.currency)}</span>
            </li>
          ))}
        </ul>
        <Totals money={cart} coupon={coupon} />
        <ErrorMessages error={error ?? refused}>{wayOn()}</ErrorMessages>
        <button
          type="button"
          className="btn btn-lg btn-primary btn-wide"
          disabled={!address}
          aria-busy={isSending}
          onClick={() =>
            address && void place({ addressId: address.id, coupon: coupon || null, expectedTotal: cart.total })
          }
        >
          {t("checkout:order", { total })}
        </button>
        <p className="hint">{address ? t("checkout:orderHint") : t("checkout:chooseAddress")}</p>
        <p>
          <Link to="/cart">{t("checkout:toCart")}</Link>
        </p>
      </section>
    </div>
  );

  function wayOn() {
    if (error?.code === "price_changed") return t("checkout:newTotal", { total });
    if (error?.code !== "out_of_stock") return null;
    const names = cart.lines.filter(({ variant }) => variant.sku in error.fields).map(({ title }) => title);
    return (
      <>
        {names.length > 0 && t("checkout:soldOut", { names: names.join(", ") })}{" "}
        <Link to="/cart">{t("checkout:toCart")}</Link>
      </>
    );
  }
}
