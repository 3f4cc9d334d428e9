import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { api, type Order, type OrderState } from "@/api/client";
import { asked, OWN } from "@/api/queries";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Notice } from "@/components/Notice";
import { Skeleton } from "@/components/Skeleton";
import { StateBadge } from "@/components/StateBadge";
import { MOVES, type Move } from "@/features/staff/moves";
import { StaffOnly } from "@/features/staff/StaffOnly";
import { confirm } from "@/hooks/useConfirm";
import { toasts } from "@/hooks/useToasts";
import { useI18n } from "@/i18n";
import "@/features/staff/texts";

const KEY = [OWN, "staff", "orders"] as const;
const STATES = Object.keys(MOVES) as OrderState[];

export default function StaffOrdersPage() {
  const { t } = useI18n();
  return (
    <StaffOnly title={t("staff:ordersTitle")}>
      <Orders />
    </StaffOnly>
  );
}

function Orders() {
  const { t } = useI18n();
  const [address, setAddress] = useSearchParams();
  const state = STATES.find((one) => one === address.get("state")) ?? "";
  const list = useInfiniteQuery({
    queryKey: [...KEY, state],
    queryFn: ({ pageParam, signal }) =>
      asked((stop) => api.get("/api/staff/orders", { params: { query: { state, cursor: pageParam } }, signal: stop }))({
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const shown = data?.pages.flatMap((page) => page.orders);

  return (
    <>
      <fieldset className="choices">
        <legend>{t("staff:states")}</legend>
        {(["", ...STATES] as const).map((one) => (
          <label key={one} className="choice">
            <input
              type="radio"
              name="state"
              checked={state === one}
              onChange={() => setAddress(one ? { state: one } : {}, { replace: true, preventScrollReset: true })}
            />
            <span>{one ? t(`shell:state.${one}`) : t("staff:anyState")}</span>
          </label>
        ))}
      </fieldset>
      {!shown && (error ? <ErrorNotice error={error} retry={() => void refetch()} /> : <Skeleton lines={8} />)}
      {shown?.length === 0 && <Notice title={t("staff:noOrders")} />}
      {shown && shown.length > 0 && (
        <div className="table-scroll" role="region" aria-label={t("staff:ordersTitle")} tabIndex={0}>
          <table className="staff-table" aria-busy={list.isPlaceholderData}>
            <thead>
              <tr>
                <th scope="col">{t("staff:order")}</th>
                <th scope="col">{t("staff:goesTo")}</th>
                <th scope="col">{t("staff:total")}</th>
                <th scope="col">{t("staff:state")}</th>
                <th scope="col">{t("staff:moves")}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((order) => (
                <Row key={order.number} order={order} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {hasNextPage && (
        <p className="more">
          <button type="button" className="btn" aria-busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t("shell:showMore")}
          </button>
        </p>
      )}
    </>
  );
}

function Row({ order }: { order: Order }) {
  const { t, formatDate, formatMoney } = useI18n();
  const queries = useQueryClient();
  const [isPending, setPending] = useState(false);

  async function move(to: Move): Promise<void> {
    const question = {
      title: t("staff:refundTitle", { number: order.number }),
      text: t("staff:refundText"),
      action: t(`staff:to.${to}`),
      danger: true,
    };
    if (to === "refunded" && !(await confirm(question))) return;
    setPending(true);
    try {
      const path = { number: order.number };
      await api.post("/api/staff/orders/{number}/moves", { params: { path }, body: { to } });
      toasts.show(t("staff:moved", { number: order.number, state: t(`shell:state.${to}`) }));
    } catch (failure) {
      toasts.fail(failure);
    }
    await queries.invalidateQueries({ queryKey: KEY });
    setPending(false);
  }

  return (
    <tr>
      <th scope="row">
        {order.number}
        <small>{formatDate(order.createdAt, "short")}</small>
      </th>
      <td>
        {order.address.recipient}
        <small>
          {order.address.city} {order.address.postalCode}
        </small>
      </td>
      <td className="number">{formatMoney(order.total, order.currency)}</td>
      <td>
        <StateBadge state={order.state} />
      </td>
      <td>
        <div className="staff-moves">
          {MOVES[order.state].map((to) => (
            <button
              key={to}
              type="button"
              className={`btn btn-sm ${to === "refunded" || to === "cancelled" ? "btn-outline-danger" : ""}`}
              disabled={isPending}
              aria-label={t("staff:moveOf", { move: t(`staff:to.${to}`), number: order.number })}
              onClick={() => void move(to)}
            >
              {t(`staff:to.${to}`)}
            </button>
          ))}
        </div>
      </td>
    </tr>
  );
}
