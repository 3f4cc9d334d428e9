import type { Order, OrderState } from "@/api/client";
import { IconSign } from "@/components/IconSign";
import { useI18n } from "@/i18n";

const WAY: OrderState[] = ["pending", "paid", "packed", "shipped", "delivered"];

/** Where the order has been and, as long as it goes on, where it goes. */
export function Timeline({ order }: { order: Order }) {
  const { t, formatDate } = useI18n();
  const reached = new Map(order.history.map(({ state, at }) => [state, at]));
  const isOver = order.state === "cancelled" || order.state === "refunded";
  const ahead = isOver ? [] : WAY.filter((state) => !reached.has(state));

  return (
    <ol className="timeline">
      {order.history.map(({ state, at }) => (
        <li
          key={state}
          className={`reached${state === order.state ? " current" : ""}`}
          aria-current={state === order.state ? "step" : undefined}
        >
          <IconSign name={state === "cancelled" || state === "refunded" ? "close" : "check"} />
          <span>{t(`shell:state.${state as OrderState}`)}</span>
          <time dateTime={at}>{formatDate(at, "time")}</time>
        </li>
      ))}
      {ahead.map((state) => (
        <li key={state} className="ahead">
          <span className="ahead-dot" aria-hidden="true" />
          <span>{t(`shell:state.${state}`)}</span>
        </li>
      ))}
    </ol>
  );
}
