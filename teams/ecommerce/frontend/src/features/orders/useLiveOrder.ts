import { useQuery, useQueryClient } from "@tanstack/react-query";
import { order as orderQuery } from "@/api/customers";
import { OWN } from "@/api/queries";
import type { Order, OrderState } from "@/api/client";
import { ASK_AGAIN_MS, useEvents } from "@/hooks/useEvents";
import { useSession } from "@/hooks/useSession";

interface Moved {
  number: string;
  state: OrderState;
  at: string;
}

/** An order that moves on the page as it moves in the shop. */
export function useLiveOrder(number: string) {
  const queries = useQueryClient();
  const { signedIn } = useSession();
  const options = orderQuery(number);
  const {
    data: order,
    error,
    refetch,
  } = useQuery({
    ...options,
    enabled: signedIn,
    refetchInterval: ASK_AGAIN_MS,
  });

  const isLive = useEvents({
    url: order && signedIn ? `/api/orders/${encodeURIComponent(number)}/stream` : null,
    of: options.queryKey,
    signedIn: true,
    onEvent({ type, data }) {
      if (type !== "order.moved") return;
      queries.setQueryData(options.queryKey, (known) => known && withMove(known, data as Moved));
      void queries.invalidateQueries({ queryKey: [OWN, "orders"] });
    },
  });

  return { order, error, refetch, isLive };
}

/** The order once it has reached a state; the same move told again changes nothing. */
export function withMove(order: Order, { state, at }: Moved): Order {
  if (order.history.some((move) => move.state === state)) return order;
  return { ...order, state, history: [...order.history, { state, at, reason: "" }] };
}
