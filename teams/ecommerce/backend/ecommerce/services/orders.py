"""Orders: from a cart to a promise that is kept once, whatever the network does."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

import orjson
from django.db import connection, transaction
from django.utils.timezone import now

from ecommerce import errors, shapes
from ecommerce.models import Address, Cart, IdempotencyKey, Order, OrderLine, Payment
from ecommerce.resources import Shop
from ecommerce.services import addresses, carts, order_states, pricing

AT_ONCE = 100
_CLAIM = """
INSERT INTO idempotency_keys (user_id, key, fingerprint, reply, created_at) VALUES (%s, %s, %s, '', now())
ON CONFLICT (user_id, key) DO NOTHING
"""


def place(shop: Shop, *, user: int, key: str, address_id: int, coupon: str | None, expected_total: int | None) -> bytes:
    """Order what is in the user's cart; the order as JSON.

    The same key with the same wishes gives the same bytes again and orders nothing. A refusal leaves no trace,
    so that the same key may be tried again.
    """
    wishes = orjson.dumps([address_id, coupon, expected_total])
    with transaction.atomic():
        answered = _claim(user, key, sha256(wishes).hexdigest())
        if answered is not None:
            order = Order.objects.get(number=orjson.loads(answered)["order"]["number"])
            transaction.on_commit(lambda: order_states.tell_again(shop, order))
            return answered
        address = addresses.get(user, address_id)
        cart = Cart.objects.select_for_update().filter(user=user).first()
        lines = carts.lines(cart) if cart else []
        if not lines:
            raise errors.CartEmpty
        price = pricing.quote(lines, coupon or "")
        if expected_total not in (None, price.total):
            raise errors.PriceChanged(f"It is {pricing.said(price.total, price.currency)} now.")
        if coupon:
            pricing.redeem(coupon)
        order = _write(shop, user, price, address, coupon)
        OrderLine.objects.bulk_create(_line(order, line) for line in lines)
        cart.lines.all().delete()
        order_states.begin(shop, order)
        reply = shapes.json({"order": shapes.order(order)})
        IdempotencyKey.objects.filter(user=user, key=key).update(reply=reply.decode())
    carts.size_pieces.observe(sum(line.quantity for line in lines))
    return reply


def listed(*, user: int | None, state: str = "", before: int | None = None, size: int) -> list[Order]:
    """A user's orders or, for staff, everybody's (None); the newest first, those before the id `before`."""
    found = Order.objects.order_by("-id").prefetch_related("lines", "moves")
    if user is not None:
        found = found.filter(user=user)
    if state:
        found = found.filter(state=state)
    if before is not None:
        found = found.filter(id__lt=before)
    return list(found[:size])


def get(*, number: str, user: int | None) -> Order:
    """One order of this user, or anybody's (None). Somebody else's is not found."""
    found = Order.objects.filter(number=number)
    order = (found if user is None else found.filter(user=user)).first()
    if order is None:
        raise errors.OrderNotFound
    return order


def cancel(shop: Shop, *, number: str, user: int) -> Order:
    """The customer changes their mind before paying."""
    return _change(number, user, lambda order: order_states.move(shop, order, "cancelled", "by customer"))


def move(shop: Shop, *, number: str, to: str) -> Order:
    """Staff bring an order on its way, or give the money back."""

    def change(order: Order) -> None:
        order_states.move(shop, order, to, "by staff")
        if to == "refunded":
            Payment.objects.filter(order=order, status="approved").update(refund_due=True)

    return _change(number, None, change)


def expire_due(shop: Shop) -> int:
    """Give back what is reserved by orders that nobody paid in time; how many orders that were."""
    expired = 0
    due = Order.objects.filter(state="pending", expires_at__lt=now()).values_list("id", flat=True)
    for order_id in list(due[:AT_ONCE]):
        with transaction.atomic():
            # Who is paying it at this moment holds the row, and will be first.
            locked = Order.objects.select_for_update(skip_locked=True).filter(id=order_id, state="pending").first()
            if locked is not None:
                order_states.move(shop, locked, "cancelled", "expired")
                expired += 1
    return expired


def _change(number: str, user: int | None, change: Callable[[Order], None]) -> Order:
    with transaction.atomic():
        found = Order.objects.select_for_update().filter(number=number)
        order = (found if user is None else found.filter(user=user)).first()
        if order is None:
            raise errors.OrderNotFound
        change(order)
    return order


def _claim(user: int, key: str, fingerprint: str) -> bytes | None:
    """The answer that this key has had, or None if it is ours to give. Waits for whoever is giving it."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, (user, key, fingerprint))
        if cursor.rowcount:
            return None
    known = IdempotencyKey.objects.get(user=user, key=key)
    if known.fingerprint != fingerprint:
        raise errors.KeyReused
    return known.reply.encode()


def _write(shop: Shop, user: int, price: pricing.Quote, address: Address, coupon: str | None) -> Order:
    return Order.objects.create(
        number=_number(),
        user_id=user,
        currency=price.currency,
        subtotal=price.subtotal,
        discount=price.discount,
        shipping=price.shipping,
        total=price.total,
        coupon_code=coupon or "",
        address=shapes.address(address),
        expires_at=now() + timedelta(seconds=shop.settings.reservation_seconds),
    )


def _line(order: Order, line) -> OrderLine:
    variant = line.variant
    return OrderLine(
        order=order,
        variant=variant,
        title=variant.product.title,
        variant_name=variant.name,
        sku=variant.sku,
        price=variant.price,
        quantity=line.quantity,
    )


def _number() -> str:
    """By day, and not to be guessed; no letters that look like digits."""
    return f"{now():%y%m%d}-{''.join(secrets.choice('23456789ABCDEFGHJKMNPQRSTUVWXYZ') for _ in range(8))}"
