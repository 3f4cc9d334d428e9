import type { Money } from "@/api/client";
import { useI18n } from "@/i18n";

/** What it costs, line by line. */
export function Totals({ money, coupon }: { money: Money; coupon?: string | null }) {
  const { t, formatMoney } = useI18n();
  const amount = (minor: number) => formatMoney(minor, money.currency);
  return (
    <dl className="totals">
      <dt>{t("shell:subtotal")}</dt>
      <dd>{amount(money.subtotal)}</dd>
      {money.discount > 0 && (
        <>
          <dt>{coupon ? t("shell:discountBy", { coupon }) : t("shell:discount")}</dt>
          <dd>−{amount(money.discount)}</dd>
        </>
      )}
      <dt>{t("shell:shipping")}</dt>
      <dd>{money.shipping === 0 ? t("shell:free") : amount(money.shipping)}</dd>
      <dt className="totals-total">{t("shell:total")}</dt>
      <dd className="totals-total" data-total={money.total}>
        {amount(money.total)}
      </dd>
    </dl>
  );
}
