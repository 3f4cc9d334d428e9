import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { orders } from "@/api/customers";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Notice } from "@/components/Notice";
import { Skeleton } from "@/components/Skeleton";
import { StateBadge } from "@/components/StateBadge";
import { useSession } from "@/hooks/useSession";
import { useTitle } from "@/hooks/useTitle";
import { useI18n } from "@/i18n";
import "@/features/orders/texts";
import "@/features/orders/orders.css";

export default function OrdersPage() {
  const { t, formatDate, formatMoney } = useI18n();
  const { signedIn } = useSession();
  const list = useInfiniteQuery({ ...orders, enabled: signedIn });
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const shown = data?.pages.flatMap((page) => page.orders);
  useTitle(t("orders:title"));

  return (
    <div className="container container-list orders-page">
      <h1>{t("orders:title")}</h1>
      {!shown && (error ? <ErrorNotice error={error} retry={() => void refetch()} /> : <Skeleton lines={8} />)}
      {shown?.length === 0 && (
        <Notice title={t("orders:emptyTitle")}>
          <p>
            <Link className="btn btn-primary" to="/search">
              {t("shell:toCatalogue")}
            </Link>
          </p>
        </Notice>
      )}
      <ul className="order-list">
        {shown?.map((order) => (
          <li key={order.number} className="order-row">
            <div>
              <h2>
                <Link to={`/orders/${order.number}`}>{order.lines.map(({ title }) => title).join(", ")}</Link>
              </h2>
              <p className="hint">
                {formatDate(order.createdAt)} · {order.number} ·{" "}
                {t("orders:things", { count: order.lines.reduce((sum, line) => sum + line.quantity, 0) })}
              </p>
            </div>
            <StateBadge state={order.state} />
            <p className="order-total">{formatMoney(order.total, order.currency)}</p>
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <p className="more">
          <button type="button" className="btn" aria-busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t("shell:showMore")}
          </button>
        </p>
      )}
    </div>
  );
}
