"""Carts: a guest's is known by its id, a user's by the user."""

from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Least
from prometheus_client import Histogram

from ecommerce import errors
from ecommerce.models import Cart, CartLine, Variant

MAX_LINES = 50
MAX_QUANTITY = 99

size_pieces = Histogram(
    "ecommerce_cart_pieces", "Pieces in a cart when it is ordered", buckets=(1, 2, 3, 5, 8, 13, 21, 50)
)


def create() -> Cart:
    """An empty cart of nobody."""
    return Cart.objects.create()


def of_guest(cart_id: UUID) -> Cart:
    cart = Cart.objects.filter(id=cart_id, user=None).first()
    if cart is None:
        raise errors.CartNotFound
    return cart


def of_user(user: int) -> Cart:
    """The user's one cart, made when it is first asked for."""
    return Cart.objects.get_or_create(user_id=user)[0]


def lines(cart: Cart) -> list[CartLine]:
    """With variants and products, in one statement."""
    found = cart.lines.select_related("variant__product").defer("variant__product__search")
    return list(found.order_by("id"))


def put(cart: Cart, *, variant_id: int, quantity: int) -> None:
    """So many of a variant, whatever was there before; 0 takes it out. Stock is not touched before the checkout."""
    with transaction.atomic():
        _lock(cart.id)
        if quantity == 0:
            cart.lines.filter(variant=variant_id).delete()
            return
        variant = Variant.objects.select_related("product").filter(id=variant_id, product__archived=False).first()
        if variant is None:
            raise errors.VariantNotFound
        _refuse_second_currency(cart, variant)
        cart.lines.update_or_create(variant=variant, defaults={"quantity": quantity})
        if cart.lines.count() > MAX_LINES:
            raise errors.TooManyInCart


def merge(cart_id: UUID, user: int) -> None:
    """What a guest has gathered joins the user's cart as far as there is room, and the guest's is gone.

    An unknown cart is no error, and neither is a full one: a login must not fail for it.
    """
    theirs = of_user(user)
    with transaction.atomic():
        guest = Cart.objects.select_for_update().filter(id=cart_id, user=None).first()
        if guest is None:
            return
        _lock(theirs.id)
        currency, room = _currency(theirs), MAX_LINES - theirs.lines.count()
        for line in lines(guest):
            if currency not in (None, line.variant.product.currency):
                continue
            total = Least(F("quantity") + line.quantity, MAX_QUANTITY)
            if theirs.lines.filter(variant=line.variant).update(quantity=total) or room == 0:
                continue
            theirs.lines.create(variant=line.variant, quantity=line.quantity)
            room -= 1
        guest.delete()


def _lock(cart_id: UUID) -> None:
    # Two tabs that fill one cart: the second waits for the first.
    if not Cart.objects.select_for_update().filter(id=cart_id).values_list("id"):
        raise errors.CartNotFound


def _currency(cart: Cart) -> str | None:
    return cart.lines.values_list("variant__product__currency", flat=True).first()


def _refuse_second_currency(cart: Cart, variant: Variant) -> None:
    if _currency(cart) not in (None, variant.product.currency):
        raise errors.CurrenciesMixed
