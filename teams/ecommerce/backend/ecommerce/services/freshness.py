"""What is cached, and what makes it stale. Every write that customers can see ends in one call from here.

A write first commits, then calls one of the `..._changed` functions, then answers. Whoever asks after that
answer gets the new version. Lists say only whether something is in stock, so a sale makes them stale only when
it takes the last piece: they would never be cached otherwise.
"""

from collections.abc import Callable

import orjson

from ecommerce.resources import Shop

LISTS = "lists"


def _product(slug: str) -> str:
    return f"product:{slug}"


def of_lists(shop: Shop, key: tuple, make: Callable[[], bytes]) -> bytes:
    """Bytes that depend on more than one product: lists, facets, categories."""
    return _through(shop, ("lists", *key), make, LISTS)


def of_product(shop: Shop, slug: str, make: Callable[[], bytes]) -> bytes:
    return _through(shop, ("product", slug), make, _product(slug))


def _through(shop: Shop, key: tuple, make: Callable[[], bytes], *tags: str) -> bytes:
    if not shop.settings.cache_enabled:
        return make()
    return shop.cache.get_or_make(orjson.dumps(key).decode(), make, shop.settings.cache_seconds, tags)


def product_changed(shop: Shop, *slugs: str) -> None:
    """A product was written, repriced, photographed or archived; the old slug and the new, where they differ."""
    shop.cache.invalidate(LISTS, *map(_product, slugs))


def lists_changed(shop: Shop) -> None:
    """A category was added, renamed or removed."""
    shop.cache.invalidate(LISTS)


def stock_changed(shop: Shop, slugs: list[str], *, ran_out_or_came_back: bool) -> None:
    tags = [LISTS] if ran_out_or_came_back else []
    shop.cache.invalidate(*tags, *map(_product, slugs))
