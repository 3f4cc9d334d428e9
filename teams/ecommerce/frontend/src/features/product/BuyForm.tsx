import { useEffect, useRef, useState } from "react";
import type { Product, Variant } from "@/api/client";
import { ErrorMessages } from "@/components/ErrorMessages";
import { IconSign } from "@/components/IconSign";
import { QuantityField } from "@/components/QuantityField";
import { useCart, usePutLine } from "@/hooks/useCart";
import { useSubmit } from "@/hooks/useSubmit";
import { toasts } from "@/hooks/useToasts";
import { useI18n } from "@/i18n";

// From so few on, how many there are is worth saying.
const FEW = 10;
const MOST = 99;

/** Which variant, how many, and into the cart. */
export function BuyForm({ product, isLive }: { product: Product; isLive: boolean }) {
  const { t, formatMoney } = useI18n();
  const [chosen, setChosen] = useState<number | null>(null);
  const [quantity, setQuantity] = useState(1);
  const { data } = useCart();
  const putLine = usePutLine();

  const variant =
    product.variants.find(({ id }) => id === chosen) ??
    product.variants.find(({ stock }) => stock > 0) ??
    product.variants[0];

  const { error, pending, submit } = useSubmit(async () => {
    if (!variant) return;
    const had = data?.cart.lines.find((line) => line.variant.id === variant.id)?.quantity ?? 0;
    const now = Math.min(had + quantity, MOST);
    await putLine(variant.id, now);
    toasts.show(t("product:added", { count: now }), { link: { to: "/cart", text: t("product:toCart") } });
  });

  if (!variant) return null;
  return (
    <form className="buy" noValidate onSubmit={submit}>
      <p className="product-price-large">{formatMoney(variant.price, product.currency)}</p>
      {product.variants.length > 1 && (
        <fieldset className="variants">
          <legend>{t("product:variant")}</legend>
          {product.variants.map((one) => (
            <label key={one.id} className="variant">
              <input
                type="radio"
                name="variant"
                value={one.id}
                checked={one.id === variant.id}
                onChange={() => setChosen(one.id)}
              />
              <span className="variant-name">{one.name}</span>
              <span className="variant-price">{formatMoney(one.price, product.currency)}</span>
              <StockText variant={one} />
            </label>
          ))}
        </fieldset>
      )}
      <p className="stock-line">
        <StockText variant={variant} />
        {isLive && (
          <span className="live">
            <span className="live-dot" aria-hidden="true" /> {t("product:live")}
          </span>
        )}
      </p>
      <StockNews product={product} variant={variant} />
      <ErrorMessages error={error} />
      <div className="buy-row">
        <QuantityField id="quantity" label={variant.name} value={quantity} most={MOST} onChange={setQuantity} />
        <button type="submit" className="btn btn-lg btn-primary" disabled={variant.stock === 0} aria-busy={pending}>
          <IconSign name="bag" /> {variant.stock === 0 ? t("product:soldOut") : t("product:add")}
        </button>
      </div>
      {variant.stock === 0 && <p className="hint">{t("product:soldOutHint")}</p>}
      {variant.stock > 0 && quantity > variant.stock && (
        <p className="hint">{t("product:moreThanThere", { count: variant.stock })}</p>
      )}
    </form>
  );
}

function StockText({ variant: { stock } }: { variant: Variant }) {
  const { t } = useI18n();
  const kind = stock === 0 ? "none" : stock <= FEW ? "few" : "enough";
  const text =
    stock === 0 ? t("product:soldOut") : stock <= FEW ? t("product:fewLeft", { count: stock }) : t("product:inStock");
  return <span className={`stock stock-${kind}`}>{text}</span>;
}

/** Says aloud what changes while the page is open, and nothing of how it was when it came. */
function StockNews({ product, variant }: { product: Product; variant: Variant }) {
  const { t, formatMoney } = useI18n();
  const before = useRef(variant);
  const [news, setNews] = useState("");

  useEffect(() => {
    const was = before.current;
    before.current = variant;
    if (was.id !== variant.id) return setNews("");
    const told = [];
    if (was.price !== variant.price) {
      told.push(t("product:priceNow", { price: formatMoney(variant.price, product.currency) }));
    }
    const isWorthIt = Math.min(was.stock, variant.stock) <= FEW;
    if (was.stock !== variant.stock && isWorthIt) {
      const stock = variant.stock === 0 ? t("product:soldOut") : t("product:fewLeft", { count: variant.stock });
      told.push(t("product:stockOf", { name: variant.name, stock }));
    }
    if (told.length > 0) setNews(told.join(" "));
  }, [variant, product.currency, t, formatMoney]);

  return (
    <p className="visually-hidden" role="status">
      {news}
    </p>
  );
}
