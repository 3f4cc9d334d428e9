"""Mail to customers: written in the transaction that it tells of, sent by the worker, each once."""

from django.db import transaction
from django.utils.timezone import now

from ecommerce.models import Mail, Order
from ecommerce.services import pricing

SUBJECTS = {
    "pending": "We have your order · 주문을 받았습니다",
    "paid": "Your payment has arrived · 결제가 완료되었습니다",
    "shipped": "Your order is on its way · 상품이 출발했습니다",
    "delivered": "Your order has been delivered · 배송이 완료되었습니다",
    "cancelled": "Your order was cancelled · 주문이 취소되었습니다",
    "refunded": "Your money is on its way back · 환불이 진행됩니다",
}
AT_ONCE = 50


def write(order: Order, state: str) -> None:
    """A mail about an order that reached this state, if customers get one about it."""
    if state in SUBJECTS:
        body = f"{order.number}\n{pricing.said(order.total, order.currency)}\n"
        Mail.objects.create(user_id=order.user_id, order=order, kind=state, subject=SUBJECTS[state], body=body)


def send() -> int:
    """Send what waits; how many that were. Here a mail is sent by being put where the customer can read it.

    Rows that another worker is sending are skipped, so none goes out twice.
    """
    with transaction.atomic():
        waiting = Mail.objects.select_for_update(skip_locked=True).filter(sent_at=None).order_by("id")
        return Mail.objects.filter(id__in=[mail.id for mail in waiting[:AT_ONCE]]).update(sent_at=now())


def box(user: int) -> list[Mail]:
    """What a user has been sent, the newest first, at most 100."""
    return list(Mail.objects.filter(user=user, sent_at__isnull=False).select_related("order").order_by("-id")[:100])
