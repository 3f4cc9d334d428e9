"""Pieces on the shelf, reserved and sold. Nothing else changes these counts.

Whatever happens, `initial + restocked = stock + reserved + sold` holds for every variant at every moment that
another transaction can see: each movement changes the counts in one statement and writes its line in the ledger
in the same transaction. Why one conditional UPDATE a variant, and in order of ids:
docs/decisions/0020-stock-moves-by-a-conditional-update.md
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, transaction
from prometheus_client import Counter

from ecommerce import errors
from ecommerce.models import StockMovement, Variant
from ecommerce.resources import Shop
from ecommerce.services import freshness, news

moved_total = Counter("ecommerce_stock_moved_total", "Pieces moved, by kind of movement", ["kind"])
oversell_refused_total = Counter("ecommerce_oversell_refused_total", "Reservations refused for lack of stock")


@dataclass(frozen=True)
class Kind:
    """What one piece of a movement adds to stock, reserved and sold."""

    stock: int
    reserved: int
    sold: int


KINDS = {
    "initial": Kind(+1, 0, 0),
    "restock": Kind(+1, 0, 0),
    "reserve": Kind(-1, +1, 0),
    "release": Kind(+1, -1, 0),
    "sell": Kind(0, -1, +1),
    "return": Kind(+1, 0, -1),
}
for _kind in KINDS:
    # Begins at 0: Prometheus cannot see the increase of a series that was not there before.
    moved_total.labels(_kind)

# The condition and the change are one statement: of two buyers of the last piece one finds no row.
_MOVE = """
UPDATE variants SET stock = stock + %(stock)s, reserved = reserved + %(reserved)s, sold = sold + %(sold)s
WHERE id = %(id)s AND stock + %(stock)s >= 0 AND reserved + %(reserved)s >= 0 AND sold + %(sold)s >= 0
RETURNING stock
"""


def move(shop: Shop, kind: str, quantities: dict[int, int], order_id: int | None = None) -> None:
    """Move so many pieces of each variant, all or none; within the caller's transaction.

    Refused with OutOfStock where there are too few. A movement that this order has made already is an
    IntegrityError: it would be the second.
    """
    per_piece = KINDS[kind]
    crossed = False
    # In order of ids: two orders for the same two variants would wait for each other otherwise.
    for variant_id, quantity in sorted(quantities.items()):
        deltas = {name: quantity * count for name, count in vars(per_piece).items()}
        left = _change(variant_id, deltas)
        if left is None:
            oversell_refused_total.inc()
            raise errors.OutOfStock(Variant.objects.values_list("sku", flat=True).get(id=variant_id))
        crossed |= deltas["stock"] != 0 and (left == 0 or left == deltas["stock"])
    StockMovement.objects.bulk_create(
        StockMovement(variant_id=variant_id, order_id=order_id, kind=kind, quantity=quantity)
        for variant_id, quantity in quantities.items()
    )
    transaction.on_commit(lambda: _tell(shop, kind, quantities, crossed))


def restock(shop: Shop, *, variant_id: int, quantity: int) -> Variant:
    """Add what has arrived, or take away (negative) what is broken; staff only."""
    with transaction.atomic():
        if not Variant.objects.filter(id=variant_id).exists():
            raise errors.VariantNotFound
        try:
            move(shop, "restock", {variant_id: quantity})
        except errors.OutOfStock:
            raise errors.StockBelowZero from None
    return Variant.objects.get(id=variant_id)


def tell_again(shop: Shop, variant_ids: Iterable[int]) -> None:
    """As after a movement, by somebody who cannot know whether whoever made it still told."""
    variants = list(Variant.objects.filter(id__in=variant_ids).select_related("product").defer("product__search"))
    freshness.stock_changed(shop, [variant.product.slug for variant in variants], ran_out_or_came_back=True)
    news.of_variants(shop, variants)


def _change(variant_id: int, deltas: dict[str, int]) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, deltas | {"id": variant_id})
        row = cursor.fetchone()
    return row and row[0]


def _tell(shop: Shop, kind: str, quantities: dict[int, int], crossed: bool) -> None:
    moved_total.labels(kind).inc(abs(sum(quantities.values())))
    if KINDS[kind].stock == 0:
        return
    variants = list(Variant.objects.filter(id__in=quantities).select_related("product").defer("product__search"))
    freshness.stock_changed(shop, [variant.product.slug for variant in variants], ran_out_or_came_back=crossed)
    news.of_variants(shop, variants)
