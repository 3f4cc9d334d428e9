"""Pages of products: filtered, sorted, and found by words in Korean and English.

A page is one SELECT. The next one begins after the last row of this one and not at a number of rows, so that
nothing is shown twice or left out while products come and go.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import NoneType
from typing import Any

import orjson
from django.db.models import BooleanField, Count, Exists, F, FloatField, Max, Min, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from ecommerce import errors
from ecommerce.models import Product, Variant

# Ranking reads the vector of every hit. For a word in thousands of products the newest are as good an answer.
RANKED_UP_TO = 1000

COLUMNS = ("id", "slug", "title", "currency", "price", "picture", "created_at", "category__slug", "in_stock", "key")
# Name of the sort -> (what is compared, whether the largest comes first).
SORTS = {
    "newest": ("created_at", True),
    "price": ("price", False),
    "-price": ("price", True),
    "relevance": ("rank", True),
}


@dataclass(frozen=True)
class Page:
    products: Sequence[Any]
    # None on the last page.
    next: str | None


@dataclass(frozen=True)
class Filters:
    q: str = ""
    category: str = ""
    min_price: int | None = None
    max_price: int | None = None
    in_stock: bool = False


def page(filters: Filters, *, sort: str, cursor: str, size: int) -> Page:
    """Products that pass every filter. `relevance` without words is `newest`."""
    found = _matching(filters).annotate(in_stock=_in_stock())
    if sort == "relevance":
        sort = _rank_or_newest(found, filters, cursor)
    column, descending = SORTS[sort]
    if sort == "relevance":
        found = found.annotate(rank=_rank(filters.q))
    if cursor:
        found = found.filter(_after(cursor, sort))
    direction = "-" if descending else ""
    rows = found.annotate(key=F(column)).order_by(f"{direction}{column}", f"{direction}id")
    rows = list(rows.values_list(*COLUMNS, named=True)[: size + 1])
    following = _cursor(sort, rows[size - 1]) if len(rows) > size else None
    return Page(rows[:size], following)


def facets(filters: Filters) -> dict:
    """How many products each choice would leave: by category, in stock, and the range of prices."""
    others = Filters(q=filters.q, min_price=filters.min_price, max_price=filters.max_price, in_stock=filters.in_stock)
    by_category = _matching(others).order_by().values("category__slug").annotate(count=Count("id"))
    chosen = _matching(Filters(q=filters.q, category=filters.category))
    totals = chosen.aggregate(
        total=Count("id"), in_stock=Count("id", filter=_in_stock()), least=Min("price"), most=Max("price")
    )
    return {"categories": {row["category__slug"]: row["count"] for row in by_category}} | totals


def _matching(filters: Filters) -> QuerySet:
    found = Product.objects.filter(archived=False)
    if filters.q.strip():
        found = found.filter(RawSQL("products.search @@ search_query(%s)", (filters.q,), output_field=BooleanField()))
    if filters.category:
        found = found.filter(category__slug=filters.category)
    if filters.min_price is not None:
        found = found.filter(price__gte=filters.min_price)
    if filters.max_price is not None:
        found = found.filter(price__lte=filters.max_price)
    if filters.in_stock:
        found = found.filter(_in_stock())
    return found


def _in_stock() -> Exists:
    return Exists(Variant.objects.filter(product=OuterRef("pk"), stock__gt=0))


def _rank(q: str) -> Cast:
    # As a double: that is what Python and JSON make of it, and the next page compares for equality.
    return Cast(RawSQL("ts_rank(products.search, search_query(%s))", (q,)), FloatField())


def _rank_or_newest(found: QuerySet, filters: Filters, cursor: str) -> str:
    if cursor:
        # Later pages go on as the first one began.
        return str(_open(cursor)[0])
    few = filters.q.strip() and found.order_by()[: RANKED_UP_TO + 1].count() <= RANKED_UP_TO
    return "relevance" if few else "newest"


def _cursor(sort: str, row: Any) -> str:
    key = row.key.isoformat() if isinstance(row.key, datetime) else row.key
    return base64.urlsafe_b64encode(orjson.dumps([sort, key, row.id])).decode().rstrip("=")


def _open(cursor: str) -> tuple[str, Any, int]:
    try:
        sort, key, id = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if sort == "newest":
            key = datetime.fromisoformat(key)
        if sort not in SORTS or type(id) is not int or isinstance(key, (str, dict, list, NoneType)):
            raise ValueError
    except (binascii.Error, orjson.JSONDecodeError, ValueError, TypeError):
        raise errors.UnknownCursor(errors={"cursor": ["is not one of ours"]}) from None
    return sort, key, id


def _after(cursor: str, sort: str) -> Q:
    theirs, key, id = _open(cursor)
    if theirs != sort:
        raise errors.UnknownCursor(errors={"cursor": ["belongs to another order of the list"]})
    column, descending = SORTS[sort]
    beyond = "lt" if descending else "gt"
    # The first condition alone would do for the answer; the index needs it.
    reached = Q(**{f"{column}__{beyond}e": key})
    return reached & (Q(**{f"{column}__{beyond}": key}) | Q(**{f"id__{beyond}": id}))
