"""What an order costs: whole numbers of the currency's smallest unit throughout, never a float."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F
from django.utils.timezone import now

from ecommerce import errors
from ecommerce.models import CartLine, Coupon

# Currency -> (fee, subtotal from which there is none).
SHIPPING = {"KRW": (3_000, 50_000), "USD": (500, 5_000)}
# Currency -> digits behind the point.
DIGITS = {"KRW": 0, "USD": 2}


@dataclass(frozen=True)
class Quote:
    currency: str
    subtotal: int
    discount: int
    shipping: int

    @property
    def total(self) -> int:
        return self.subtotal - self.discount + self.shipping


def quote(lines: Sequence[CartLine], coupon_code: str = "") -> Quote:
    """The lines at today's prices. Refused where the coupon does not apply."""
    currency = lines[0].variant.product.currency if lines else "KRW"
    subtotal = sum(line.variant.price * line.quantity for line in lines)
    discount = _discount(_coupon(coupon_code), subtotal, currency) if coupon_code else 0
    fee, free_from = SHIPPING[currency]
    shipping = 0 if not lines or subtotal - discount >= free_from else fee
    return Quote(currency, subtotal, discount, shipping)


def said(minor: int, currency: str) -> str:
    """An amount as people write it: "32,000 KRW", "12.50 USD"."""
    digits = DIGITS[currency]
    whole, part = divmod(minor, 10**digits)
    return f"{whole:,}.{part:0{digits}d} {currency}" if digits else f"{whole:,} {currency}"


def redeem(code: str) -> None:
    """Use the coupon once, in the caller's transaction. Of two buyers for its last use one is refused."""
    coupon = Coupon.objects.filter(code__iexact=code)
    if coupon.filter(uses_left=None).exists():
        return
    if not coupon.filter(uses_left__gt=0).update(uses_left=F("uses_left") - 1):
        raise errors.CouponUsedUp


def give_back(code: str) -> None:
    """The order did not happen, so the coupon was not used."""
    Coupon.objects.filter(code__iexact=code, uses_left__isnull=False).update(uses_left=F("uses_left") + 1)


def _coupon(code: str) -> Coupon:
    coupon = Coupon.objects.filter(code__iexact=code).first()
    if coupon is None:
        raise errors.CouponNotFound
    if coupon.ends_at is not None and coupon.ends_at <= now():
        raise errors.CouponExpired
    if coupon.uses_left == 0:
        raise errors.CouponUsedUp
    return coupon


def _discount(coupon: Coupon, subtotal: int, currency: str) -> int:
    if subtotal < coupon.minimum:
        raise errors.CouponMinimum(f"It takes {said(coupon.minimum, currency)} at least.")
    if coupon.amount is not None:
        return min(coupon.amount, subtotal)
    # Rounded down: half a won is nobody's.
    return subtotal * coupon.percent // 100
