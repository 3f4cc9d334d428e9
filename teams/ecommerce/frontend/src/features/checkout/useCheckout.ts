import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { toApiError, type ApiError } from "@course/web/problem";
import { OWN } from "@/api/queries";
import { session, type Order } from "@/api/client";
import { forgetAttempt, isUnanswered, order, resume, type Wishes } from "@/features/checkout/attempt";
import { guestCart } from "@/hooks/guestCart";
import { refreshCart } from "@/hooks/useCart";

/** Ordering, and finding out about an order whose answer got lost. */
export function useCheckout(isCartEmpty: boolean) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [error, setError] = useState<ApiError | null>(null);
  const [isSending, setSending] = useState(false);
  const busy = useRef(false);

  async function run(send: (user: number) => Promise<Order | null>): Promise<void> {
    const user = session.user?.id;
    if (busy.current || user === undefined) return;
    busy.current = true;
    setSending(true);
    setError(null);
    try {
      const placed = await send(user);
      if (placed) await arrive(placed);
    } catch (thrown) {
      await refused(toApiError(thrown));
    } finally {
      busy.current = false;
      setSending(false);
    }
  }

  async function arrive(placed: Order): Promise<void> {
    guestCart.setCoupon("");
    queries.setQueryData([OWN, "order", placed.number], placed);
    void queries.invalidateQueries({ queryKey: [OWN, "orders"] });
    await navigate(`/orders/${placed.number}`, { replace: true });
    void refreshCart(queries);
  }

  async function refused(failure: ApiError): Promise<void> {
    setError(failure);
    // Without a clear answer it may have been ordered: the key is kept, and the same button asks again.
    if (failure.status >= 400 && failure.status < 500 && ![401, 408, 429].includes(failure.status)) {
      forgetAttempt();
      await refreshCart(queries);
    }
  }

  const resumed = useRef(false);
  useEffect(() => {
    const user = session.user?.id;
    if (!isCartEmpty || resumed.current || user === undefined || !isUnanswered(user)) return;
    resumed.current = true;
    void run(resume);
  });

  return { error, isSending, place: (wishes: Wishes) => run((user) => order(user, wishes)) };
}
