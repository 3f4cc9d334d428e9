"""Payments: what the provider says is believed when it is signed, and acted on once.

The provider tells us by webhook, and tells us again until we answer. Should all of that be lost, the beat asks.
Both ways end in `apply`, which takes each payment's news in order, whatever order they come in.
"""

from datetime import timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.utils.timezone import now
from prometheus_client import Counter, Histogram

from ecommerce import errors
from ecommerce.models import Order, Payment
from ecommerce.provider import Provider
from ecommerce.resources import Shop
from ecommerce.services import order_states

AT_ONCE = 50
# Nobody pays for an order that is older than this.
FORGOTTEN = timedelta(days=2)

seconds_to_pay = Histogram(
    "ecommerce_payment_seconds", "From opening a payment to knowing its end", buckets=(1, 2, 5, 10, 30, 60, 300, 900)
)
news_total = Counter("ecommerce_payment_news_total", "What the provider told us", ["result"])
for _result in ("applied", "repeated"):
    # Begins at 0: Prometheus cannot see the increase of a series that was not there before.
    news_total.labels(_result)

log = structlog.get_logger()


def start(provider: Provider, *, number: str, user: int) -> tuple[Payment, str]:
    """A payment for a pending order and the page where the customer makes it; an open one is used again."""
    with transaction.atomic():
        order = Order.objects.select_for_update().filter(number=number, user=user).first()
        if order is None:
            raise errors.OrderNotFound
        if order.state != "pending":
            raise errors.IllegalMove(f"The order is {order.state}.")
        payment = order.payments.filter(status="created").first()
        if payment is None:
            payment = Payment.objects.create(order=order, amount=order.total, currency=order.currency)
    # After the commit: the provider may tell us of it before this call comes back.
    provider.open(payment.id, payment.amount, payment.currency, order.number)
    return payment, provider.page(payment.id)


def apply(shop: Shop, *, payment_id: UUID, status: str, sequence: int, amount: int, currency: str) -> bool:
    """Take in what the provider says; False if we knew. Money for an order that is gone is to be given back."""
    with transaction.atomic():
        # The order first, as everywhere: two orders of locking would be a deadlock.
        order = Order.objects.select_for_update(of=("self",)).filter(payments__id=payment_id).first()
        if order is None:
            raise errors.PaymentNotFound
        payment = Payment.objects.select_for_update().get(id=payment_id)
        if (payment.amount, payment.currency) != (amount, currency):
            raise errors.PaymentMismatch
        if sequence <= payment.sequence:
            news_total.labels("repeated").inc()
            # The provider repeats what nobody answered.
            transaction.on_commit(lambda: order_states.tell_again(shop, order))
            return False
        _take(shop, order, payment, status)
        payment.status, payment.sequence = status, sequence
        payment.save()
    news_total.labels("applied").inc()
    if status in ("approved", "declined"):
        seconds_to_pay.observe((now() - payment.created_at).total_seconds())
    return True


def _take(shop: Shop, order: Order, payment: Payment, status: str) -> None:
    """What news of a payment mean for its order; the caller has locked both."""
    if status == "approved" and order.state == "pending":
        order_states.move(shop, order, "paid")
    elif status == "approved":
        # Too late, or the second payment of one order.
        payment.refund_due = True
    elif status == "refunded":
        # Not asked for: the money that paid the order went back, by the customer's bank for one.
        unasked = payment.status == "approved" and not payment.refund_due
        if unasked and "refunded" in order_states.MOVES[order.state]:
            order_states.move(shop, order, "refunded", "by provider")
        payment.refund_due = False


def reconcile(shop: Shop, provider: Provider) -> int:
    """Ask after payments of which we have heard nothing, and have refunds made that are due; how many news."""
    quiet = now() - timedelta(seconds=shop.settings.payment_silence_seconds)
    open_ones = Payment.objects.filter(status="created", created_at__range=(now() - FORGOTTEN, quiet))
    news = sum(_ask(shop, provider.get, payment) for payment in open_ones.order_by("created_at")[:AT_ONCE])
    due = Payment.objects.filter(refund_due=True)
    return news + sum(_ask(shop, provider.refund, payment) for payment in due[:AT_ONCE])


def _ask(shop: Shop, question, payment: Payment) -> bool:
    try:
        answer = question(payment.id)
    except errors.ProviderDown:
        log.warning("the provider does not answer", payment=str(payment.id))
        return False
    if answer["status"] == "created":
        return False
    known = {name: answer[name] for name in ("status", "sequence", "amount", "currency")}
    return apply(shop, payment_id=payment.id, **known)
