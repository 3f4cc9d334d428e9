import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Link, useParams } from "react-router";
import { order as orderQuery } from "@/api/customers";
import { api, type Order } from "@/api/client";
import { AddressText } from "@/components/AddressText";
import { ErrorMessages } from "@/components/ErrorMessages";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Skeleton } from "@/components/Skeleton";
import { StateBadge } from "@/components/StateBadge";
import { Totals } from "@/components/Totals";
import { Countdown } from "@/features/orders/Countdown";
import { Timeline } from "@/features/orders/Timeline";
import { useLiveOrder } from "@/features/orders/useLiveOrder";
import { confirm } from "@/hooks/useConfirm";
import { useSubmit } from "@/hooks/useSubmit";
import { useTitle } from "@/hooks/useTitle";
import { toasts } from "@/hooks/useToasts";
import { useI18n } from "@/i18n";
import "@/features/orders/texts";
import "@/features/orders/orders.css";

export default function OrderPage() {
  const { t } = useI18n();
  const { number = "" } = useParams();
  const { order, error, refetch, isLive } = useLiveOrder(number);
  useTitle(error?.status === 404 ? t("orders:missingTitle") : t("orders:number", { number }));

  if (!order) {
    return (
      <div className="container order-page">
        <h1>{error?.status === 404 ? t("orders:missingTitle") : t("orders:number", { number })}</h1>
        {error ? (
          <ErrorNotice error={error} retry={error.status === 404 ? undefined : () => void refetch()}>
            <p>
              <Link to="/orders">{t("orders:title")}</Link>
            </p>
          </ErrorNotice>
        ) : (
          <Skeleton lines={8} />
        )}
      </div>
    );
  }
  return <ShownOrder order={order} isLive={isLive} />;
}

function ShownOrder({ order, isLive }: { order: Order; isLive: boolean }) {
  const { t, formatDate, formatMoney } = useI18n();
  return (
    <div className="container order-page">
      <div className="order-head">
        <h1>{t("orders:number", { number: order.number })}</h1>
        <StateBadge state={order.state} />
      </div>
      <p className="hint">
        {t("orders:of", { date: formatDate(order.createdAt, "time") })}
        {isLive && (
          <span className="live">
            <span className="live-dot" aria-hidden="true" /> {t("orders:live")}
          </span>
        )}
      </p>
      <Moves order={order} />
      <NextStep order={order} />
      <div className="order-columns">
        <section aria-labelledby="progress">
          <h2 id="progress">{t("orders:progress")}</h2>
          <Timeline order={order} />
        </section>
        <section aria-labelledby="ordered">
          <h2 id="ordered">{t("orders:lines")}</h2>
          <ul className="summary-lines">
            {order.lines.map((line) => (
              <li key={line.sku}>
                <span>
                  {line.quantity} × {line.title}
                  <small>
                    {line.name} · {t("orders:sku", { sku: line.sku })}
                  </small>
                </span>
                <span>{formatMoney(line.price * line.quantity, order.currency)}</span>
              </li>
            ))}
          </ul>
          <Totals money={order} coupon={order.coupon} />
          <h2>{t("orders:address")}</h2>
          <AddressText address={order.address} />
        </section>
      </div>
    </div>
  );
}

/** Says aloud what happens to the order while one looks at it. */
function Moves({ order }: { order: Order }) {
  const { t } = useI18n();
  const before = useRef(order.state);
  const [news, setNews] = useState("");

  useEffect(() => {
    if (before.current === order.state) return;
    before.current = order.state;
    setNews(t("orders:movedTo", { number: order.number, state: t(`shell:state.${order.state}`) }));
  }, [order.number, order.state, t]);

  return (
    <p className="visually-hidden" role="status">
      {news}
    </p>
  );
}

const WORDS = {
  pending: "orders:pendingText",
  paid: "orders:thanks",
  packed: "orders:packedText",
  shipped: "orders:shippedText",
  delivered: "orders:deliveredText",
  cancelled: "orders:cancelledText",
  refunded: "orders:refundedText",
} as const;

function NextStep({ order }: { order: Order }) {
  const { t, formatMoney } = useI18n();
  const queries = useQueryClient();
  const path = { path: { number: order.number } };

  async function lookAgain(): Promise<void> {
    await queries.invalidateQueries({ queryKey: orderQuery(order.number).queryKey });
  }

  const pay = useSubmit(async () => {
    const { payment } = await api.post("/api/orders/{number}/payment", { params: path }).catch(async (refusal) => {
      await lookAgain();
      throw refusal;
    });
    location.assign(payment.url);
  });
  const cancel = useSubmit(async () => {
    const text = { title: t("orders:cancelTitle"), text: t("orders:cancelText"), action: t("orders:cancel") };
    if (!(await confirm({ ...text, danger: true }))) return;
    try {
      await api.post("/api/orders/{number}/cancel", { params: path });
      toasts.show(t("orders:cancelled"));
    } finally {
      await lookAgain();
    }
  });

  return (
    <div className={`next-step next-step-${order.state}`}>
      <p className="next-step-text">{t(WORDS[order.state])}</p>
      {order.state === "pending" && (
        <>
          <Countdown until={order.expiresAt} onOver={() => void lookAgain()} />
          <ErrorMessages error={pay.error ?? cancel.error} />
          <div className="next-step-actions">
            <button
              type="button"
              className="btn btn-lg btn-primary"
              aria-busy={pay.pending}
              onClick={() => void pay.submit()}
            >
              {t("orders:pay", { total: formatMoney(order.total, order.currency) })}
            </button>
            <button type="button" className="btn btn-outline-danger" onClick={() => void cancel.submit()}>
              {t("orders:cancel")}
            </button>
          </div>
          <p className="hint">{t("orders:paying")}</p>
        </>
      )}
    </div>
  );
}
