import { useState } from "react";
import { Link } from "react-router";
import { toApiError } from "@course/web/problem";
import type { CartLine } from "@/api/client";
import { sentence } from "@/api/refusals";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Notice } from "@/components/Notice";
import { ProductPicture } from "@/components/ProductPicture";
import { QuantityField } from "@/components/QuantityField";
import { Skeleton } from "@/components/Skeleton";
import { Totals } from "@/components/Totals";
import { CouponForm } from "@/features/cart/CouponForm";
import { useCart, usePutLine } from "@/hooks/useCart";
import { useSession } from "@/hooks/useSession";
import { useTitle } from "@/hooks/useTitle";
import { toasts } from "@/hooks/useToasts";
import { useI18n } from "@/i18n";
import "@/features/cart/texts";
import "@/features/cart/cart.css";

export default function CartPage() {
  const { t, formatMoney } = useI18n();
  const { signedIn } = useSession();
  const { data, error, refetch } = useCart();
  useTitle(t("cart:title"));
  const cart = data?.cart;

  return (
    <div className="container cart-page">
      <h1>{t("cart:title")}</h1>
      <p className="visually-hidden" role="status">
        {cart && cart.lines.length > 0 && t("cart:totalNow", { total: formatMoney(cart.total, cart.currency) })}
      </p>
      {content()}
    </div>
  );

  function content() {
    if (error && data === undefined) return <ErrorNotice error={error} retry={() => void refetch()} />;
    if (data === undefined) return <Skeleton lines={6} />;
    if (!cart || cart.lines.length === 0) {
      return (
        <Notice title={t("cart:emptyTitle")}>
          <p>{t("cart:empty")}</p>
          <p>
            <Link className="btn btn-primary" to="/search">
              {t("shell:toCatalogue")}
            </Link>
          </p>
        </Notice>
      );
    }
    return (
      <div className="cart-columns">
        <ul className="cart-lines">
          {cart.lines.map((line) => (
            <Line key={line.variant.id} line={line} currency={cart.currency} />
          ))}
        </ul>
        <section className="summary" aria-labelledby="summary">
          <h2 id="summary">{t("cart:summary")}</h2>
          <CouponForm coupon={data?.coupon ?? ""} refused={data?.refused ?? null} />
          <Totals money={cart} coupon={data?.coupon} />
          <Link className="btn btn-lg btn-primary btn-wide" to="/checkout">
            {t("cart:checkout")}
          </Link>
          {!signedIn && <p className="hint">{t("cart:signInFirst")}</p>}
        </section>
      </div>
    );
  }
}

function Line({ line, currency }: { line: CartLine; currency: string }) {
  const { t, formatMoney } = useI18n();
  const putLine = usePutLine();
  const [isPending, setPending] = useState(false);
  const [problem, setProblem] = useState("");
  const { variant, title, quantity } = line;

  async function put(wanted: number): Promise<void> {
    setPending(true);
    setProblem("");
    try {
      await putLine(variant.id, wanted);
      if (wanted === 0) toasts.show(t("cart:removed", { title }));
    } catch (thrown) {
      setProblem(sentence(toApiError(thrown)));
    } finally {
      setPending(false);
    }
  }

  const lack =
    variant.stock === 0
      ? t("cart:gone")
      : variant.stock < quantity
        ? t("cart:notEnough", { count: variant.stock })
        : "";

  return (
    <li className="cart-line" aria-busy={isPending}>
      <ProductPicture picture={line.picture} sizes="7rem" decorative />
      <div className="cart-line-text">
        <h2>
          <Link to={`/product/${encodeURIComponent(line.product)}`}>{title}</Link>
        </h2>
        <p>
          {variant.name} · {t("cart:each", { price: formatMoney(variant.price, currency) })}
        </p>
        <p className="cart-line-problem" role="status">
          {problem || lack}
        </p>
      </div>
      <div className="cart-line-actions">
        <QuantityField
          id={`quantity-${variant.id}`}
          label={t("cart:quantityOf", { title })}
          value={quantity}
          onChange={(wanted) => void put(wanted)}
        />
        <button
          type="button"
          className="btn-plain"
          aria-label={t("cart:removeOf", { title })}
          onClick={() => void put(0)}
        >
          {t("cart:remove")}
        </button>
      </div>
      <p className="cart-line-amount">{formatMoney(line.amount, currency)}</p>
    </li>
  );
}
