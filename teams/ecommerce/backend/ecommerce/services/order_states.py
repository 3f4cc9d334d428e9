"""The states of an order, the moves between them, and what each move does to the stock. No other module knows.

pending -> paid -> packed -> shipped -> delivered
   |         \\________|__________________/
cancelled         refunded
"""

from django.db import transaction
from prometheus_client import Counter

from ecommerce import errors
from ecommerce.models import Order, OrderMove
from ecommerce.resources import Shop
from ecommerce.services import mails, news, pricing, stock

MOVES = {
    "pending": {"paid", "cancelled"},
    "paid": {"packed", "refunded"},
    "packed": {"shipped", "refunded"},
    "shipped": {"delivered"},
    "delivered": {"refunded"},
    "cancelled": set(),
    "refunded": set(),
}
STOCK = {"pending": "reserve", "paid": "sell", "cancelled": "release", "refunded": "return"}

reached_total = Counter("ecommerce_orders_total", "Orders that reached a state", ["state"])
revenue_total = Counter("ecommerce_revenue_total", "Paid, in the currency's smallest unit", ["currency"])
refunds_total = Counter("ecommerce_refunds_total", "Refunded, in the currency's smallest unit", ["currency"])
for _state in MOVES:
    # Begins at 0: Prometheus cannot see the increase of a series that was not there before.
    reached_total.labels(_state)
for _currency in pricing.SHIPPING:
    revenue_total.labels(_currency)
    refunds_total.labels(_currency)


def begin(shop: Shop, order: Order) -> None:
    """A new order with its lines becomes pending: its pieces are reserved, or it is refused with OutOfStock."""
    _enter(shop, order, "pending", "")


def move(shop: Shop, order: Order, to: str, reason: str = "") -> None:
    """Bring an order, whose row the caller has locked, into another state. Refused with IllegalMove."""
    if to not in MOVES[order.state]:
        raise errors.IllegalMove(f"From {order.state} to {to} leads no way.")
    order.state = to
    order.save(update_fields=["state"])
    _enter(shop, order, to, reason)
    if to == "cancelled" and order.coupon_code:
        pricing.give_back(order.coupon_code)


def tell_again(shop: Shop, order: Order) -> None:
    """For a request that comes twice: who answered the first one may have died between its commit and its news."""
    news.of_order(shop, order.moves.select_related("order").last())
    stock.tell_again(shop, order.lines.values_list("variant_id", flat=True))


def _enter(shop: Shop, order: Order, state: str, reason: str) -> None:
    reached = OrderMove.objects.create(order=order, state=state, reason=reason)
    mails.write(order, state)
    if state in STOCK:
        quantities = dict(order.lines.values_list("variant_id", "quantity"))
        # Last: until the commit every other buyer of the same thing waits.
        stock.move(shop, STOCK[state], quantities, order.id)
    transaction.on_commit(lambda: _tell(shop, order, reached))


def _tell(shop: Shop, order: Order, reached: OrderMove) -> None:
    reached_total.labels(reached.state).inc()
    if reached.state == "paid":
        revenue_total.labels(order.currency).inc(order.total)
    if reached.state == "refunded":
        refunds_total.labels(order.currency).inc(order.total)
    news.of_order(shop, reached)
