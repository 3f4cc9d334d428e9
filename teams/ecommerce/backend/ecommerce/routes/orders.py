"""Your orders: checkout, history, cancelling, paying, and watching them move."""

import re

from django.http import HttpRequest, HttpResponse
from ninja import Header, Query, Router

from ecommerce import errors, reply_schemas, schemas, shapes
from ecommerce.models import Order
from ecommerce.provider import Provider
from ecommerce.resources import shop
from ecommerce.routes.access import bearer, signed_in
from ecommerce.routes.live import live
from ecommerce.routes.possible import possible
from ecommerce.routes.replies import JSON, reply
from ecommerce.services import news, orders, payments

router = Router(tags=["Orders"], by_alias=True)


@router.post(
    "/orders",
    operation_id="PlaceOrder",
    auth=signed_in,
    response=possible(201, reply_schemas.OrderReply, 400, 401, 404, 409, 429),
)
def place(request: HttpRequest, payload: schemas.Checkout, idempotency_key: str = Header("", alias="Idempotency-Key")):
    """Order what is in your cart; send the same Idempotency-Key again when the answer got lost"""
    if not re.fullmatch(r"[!-~]{8,200}", idempotency_key):
        raise errors.KeyMissing
    body = orders.place(shop(), user=request.auth.id, key=idempotency_key, **payload.model_dump())
    return HttpResponse(body, status=201, content_type=JSON)


@router.get("/orders", operation_id="GetOrders", auth=signed_in, response=possible(200, reply_schemas.OrdersReply, 401))
def listed(request: HttpRequest, query: Query[schemas.Page]):
    """Your orders, the newest first"""
    return page(query, user=request.auth.id)


@router.get(
    "/orders/{number}",
    operation_id="GetOrder",
    auth=signed_in,
    response=possible(200, reply_schemas.OrderReply, 401, 404),
)
def get(request: HttpRequest, number: str):
    """One of your orders"""
    return reply({"order": shapes.order(orders.get(number=number, user=request.auth.id))})


@router.post(
    "/orders/{number}/cancel",
    operation_id="CancelOrder",
    auth=signed_in,
    response=possible(200, reply_schemas.OrderReply, 401, 404, 409, 429),
)
def cancel(request: HttpRequest, number: str):
    """Cancel an order that is not paid; what it reserved is for sale again"""
    return reply({"order": shapes.order(orders.cancel(shop(), number=number, user=request.auth.id))})


@router.post(
    "/orders/{number}/payment",
    operation_id="StartPayment",
    auth=signed_in,
    response=possible(200, reply_schemas.PaymentReply, 401, 404, 409, 429),
)
def pay(request: HttpRequest, number: str):
    """The provider's page for paying this order; asking again gives the same one"""
    payment, url = payments.start(Provider(shop().settings), number=number, user=request.auth.id)
    return reply({"payment": shapes.payment(payment, url)})


@router.get(
    "/orders/{number}/stream",
    operation_id="StreamOrder",
    auth=bearer,
    response=possible(200, str, 401, 404),
    openapi_extra={"responses": {200: {"description": "OK", "content": {"text/event-stream": {}}}}},
)
async def stream(request: HttpRequest, number: str, query: Query[schemas.StreamQuery]):
    """Your order's moves as Server-Sent Events; Last-Event-ID (or lastEventId) replays what was missed"""

    def find_topic() -> str:
        return news.order_topic(orders.get(number=number, user=request.auth).id)

    return await live(request, find_topic, query.last_event_id)


def page(query: schemas.Page, **filters) -> HttpResponse:
    """A page of orders; the cursor is the id of the last one."""
    if query.cursor and not re.fullmatch(r"[0-9]{1,18}", query.cursor):
        raise errors.UnknownCursor(errors={"cursor": ["is not one of ours"]})
    before = int(query.cursor) if query.cursor else None
    found: list[Order] = orders.listed(before=before, size=query.size + 1, **filters)
    shown = found[: query.size]
    following = str(shown[-1].id) if len(found) > query.size else None
    return reply({"orders": [shapes.order(row) for row in shown], "next": following})
