"""What open pages are told. Always after the commit: who looks at once must find what was told."""

from collections.abc import Iterable

import redis
import structlog

from ecommerce import shapes
from ecommerce.models import OrderMove, Variant
from ecommerce.resources import Shop
from teamkit.moments import moment

log = structlog.get_logger()


def product_topic(product_id: int) -> str:
    """The name of the stream that a product's page listens to."""
    return f"product:{product_id}"


def order_topic(order_id: int) -> str:
    """The name of the stream that an order's page listens to."""
    return f"order:{order_id}"


def of_variants(shop: Shop, variants: Iterable[Variant]) -> None:
    """Price, name or stock of these has changed."""
    for variant in variants:
        _tell(shop, product_topic(variant.product_id), "variant.changed", shapes.variant(variant))


def of_order(shop: Shop, reached: OrderMove) -> None:
    """An order has reached a state."""
    told = {"number": reached.order.number, "state": reached.state, "at": moment(reached.created_at)}
    _tell(shop, order_topic(reached.order_id), "order.moved", told)


def _tell(shop: Shop, topic: str, event: str, data: dict) -> None:
    try:
        shop.events.publish(topic, event, data)
    except redis.RedisError as error:
        # What is stored is stored; whoever listens sees it when the page is loaded again.
        log.warning("nobody was told", event_type=event, error=str(error))
