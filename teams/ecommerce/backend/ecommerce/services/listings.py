"""Pages of products: filtered, sorted, and found by words in Korean and English.

A page is one SELECT. The next one begins after the last row of this one and not at a number of rows, so that
nothing is shown twice or left out while products come and go. In SQL and not by the ORM, which would take longer to
write the statement than PostgreSQL takes to answer it: docs/decisions/0022-the-product-list-in-sql.md
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from django.db import connection

from ecommerce import errors

# Ranking reads the vector of every hit. For a word in thousands of products the newest are as good an answer.
RANKED_UP_TO = 1000

_PAGE = """
SELECT p.id, p.slug, p.title, c.slug, p.currency, p.price, p.picture, p.created_at,
       -- Not EXISTS: of that PostgreSQL makes a table of every variant in stock, for 20 rows.
       coalesce((SELECT true FROM variants v WHERE v.product_id = p.id AND v.stock > 0 LIMIT 1), false),
       {key}
FROM products p JOIN categories c ON c.id = p.category_id
WHERE {conditions}
ORDER BY {key} {direction}, p.id {direction}
LIMIT %(rows)s
"""
_HITS = "SELECT count(*) FROM (SELECT FROM products p WHERE {conditions} LIMIT %(most)s) hits"
_BY_CATEGORY = """
SELECT c.slug, count(*) FROM products p JOIN categories c ON c.id = p.category_id WHERE {conditions} GROUP BY c.slug
"""
_IN_STOCK = "EXISTS (SELECT FROM variants v WHERE v.product_id = p.id AND v.stock > 0)"
_TOTALS = f"""
SELECT p.currency, count(*), count(*) FILTER (WHERE {_IN_STOCK}), min(p.price), max(p.price)
FROM products p WHERE {{conditions}} GROUP BY p.currency ORDER BY p.currency
"""


class Sort(NamedTuple):
    """What is compared, which way, and what the cursor's value must be."""

    key: str
    direction: str
    type: str
    python: type


SORTS = {
    "newest": Sort("p.created_at", "DESC", "timestamptz", datetime),
    "price": Sort("p.price", "ASC", "bigint", int),
    "-price": Sort("p.price", "DESC", "bigint", int),
    # As a double: that is what Python and JSON make of it, and the next page compares for equality.
    "relevance": Sort("ts_rank(p.search, %(words)s::tsquery)::float8", "DESC", "float8", float),
}


class Item(NamedTuple):
    """A product in a list; `key` is what it is sorted by."""

    id: int
    slug: str
    title: str
    category: str
    currency: str
    price: int
    picture: str | None
    created_at: datetime
    in_stock: bool
    key: Any


@dataclass(frozen=True)
class Page:
    products: Sequence[Item]
    # None on the last page.
    next: str | None


@dataclass(frozen=True)
class Filters:
    q: str = ""
    category: str = ""
    min_price: int | None = None
    max_price: int | None = None
    # Of the two prices, which are in its smallest unit: 1,250 won are not 12.50 dollars.
    currency: str = "KRW"
    in_stock: bool = False


def page(filters: Filters, *, sort: str, cursor: str, size: int) -> Page:
    """Products that pass every filter. `relevance` without words is `newest`."""
    conditions, values = _matching(filters)
    if sort == "relevance":
        sort = _rank_or_newest(conditions, values, cursor)
    order = SORTS[sort]
    if cursor:
        values["after"], values["after_id"] = _after(cursor, sort)
        beyond = "<" if order.direction == "DESC" else ">"
        conditions += f" AND ({order.key}, p.id) {beyond} (%(after)s::{order.type}, %(after_id)s)"
    sql = _PAGE.format(key=order.key, direction=order.direction, conditions=conditions)
    rows = [Item(*row) for row in _rows(sql, values | {"rows": size + 1})]
    following = _cursor(sort, rows[size - 1]) if len(rows) > size else None
    return Page(rows[:size], following)


def facets(filters: Filters) -> dict:
    """How many products each choice would leave: by category, in stock, and the range of prices in the currency."""
    others = replace(filters, category="")
    conditions, values = _matching(others)
    by_category = dict(_rows(_BY_CATEGORY.format(conditions=conditions), values))
    conditions, values = _matching(Filters(q=filters.q, category=filters.category))
    totals = {currency: rest for currency, *rest in _rows(_TOTALS.format(conditions=conditions), values)}
    least, most = totals[filters.currency][2:] if filters.currency in totals else (None, None)
    return {
        "categories": by_category,
        "total": sum(total for total, *_ in totals.values()),
        "in_stock": sum(in_stock for _, in_stock, *_ in totals.values()),
        "currencies": list(totals),
        "least": least,
        "most": most,
    }


def _rows(sql: str, values: dict[str, Any]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _matching(filters: Filters) -> tuple[str, dict[str, Any]]:
    """The condition in SQL, and its values. With words one statement more: what they mean is worked out once."""
    parts, values = ["NOT p.archived"], dict(vars(filters))
    if filters.q.strip():
        parts.append("p.search @@ %(words)s::tsquery")
        ((values["words"],),) = _rows("SELECT search_query(%(q)s)::text", values)
    if filters.category:
        parts.append("p.category_id = (SELECT id FROM categories WHERE slug = %(category)s)")
    if (filters.min_price, filters.max_price) != (None, None):
        parts.append("p.currency = %(currency)s")
    if filters.min_price is not None:
        parts.append("p.price >= %(min_price)s")
    if filters.max_price is not None:
        parts.append("p.price <= %(max_price)s")
    if filters.in_stock:
        parts.append(_IN_STOCK)
    return " AND ".join(parts), values


def _rank_or_newest(conditions: str, values: dict[str, Any], cursor: str) -> str:
    if "words" not in values:
        return "newest"
    if cursor:
        # Later pages go on as the first one began.
        return _open(cursor)[0]
    ((hits,),) = _rows(_HITS.format(conditions=conditions), values | {"most": RANKED_UP_TO + 1})
    return "relevance" if hits <= RANKED_UP_TO else "newest"


def _cursor(sort: str, row: Item) -> str:
    key = row.key.isoformat() if isinstance(row.key, datetime) else row.key
    return base64.urlsafe_b64encode(orjson.dumps([sort, key, row.id])).decode().rstrip("=")


def _open(cursor: str) -> tuple[str, Any, int]:
    try:
        sort, key, id = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if sort == "newest":
            key = datetime.fromisoformat(key)
        if type(key) is not SORTS[sort].python or type(id) is not int or (type(key) is int and key >= 2**63):
            raise ValueError
    except (binascii.Error, orjson.JSONDecodeError, ValueError, TypeError, KeyError):
        raise errors.UnknownCursor(errors={"cursor": ["is not one of ours"]}) from None
    return sort, key, id


def _after(cursor: str, sort: str) -> tuple[Any, int]:
    theirs, key, id = _open(cursor)
    if theirs != sort:
        raise errors.UnknownCursor(errors={"cursor": ["belongs to another order of the list"]})
    return key, id
