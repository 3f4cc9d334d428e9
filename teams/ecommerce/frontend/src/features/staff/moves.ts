import type { components } from "@/api/schema";
import type { OrderState } from "@/api/client";

export type Move = components["schemas"]["Move"]["to"];

/** What staff may do next with an order; the API has the last word (ecommerce/services/order_states.py). */
export const MOVES: Record<OrderState, Move[]> = {
  pending: ["cancelled"],
  paid: ["packed", "refunded"],
  packed: ["shipped", "refunded"],
  shipped: ["delivered"],
  delivered: ["refunded"],
  cancelled: [],
  refunded: [],
};
