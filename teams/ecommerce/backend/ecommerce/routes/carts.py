"""Carts: yours when you are signed in, a guest's by its id."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from ecommerce import reply_schemas, schemas, shapes
from ecommerce.models import Cart
from ecommerce.routes.access import signed_in
from ecommerce.routes.possible import possible
from ecommerce.routes.replies import reply
from ecommerce.services import carts, pricing

router = Router(tags=["Carts"], by_alias=True)


@router.post("/carts", operation_id="BeginCart", response=possible(201, reply_schemas.CartReply))
def begin(request: HttpRequest):
    """A guest's empty cart; whoever knows its id may fill it"""
    return _shown(carts.create(), status=201)


@router.get("/carts/{uuid:id}", operation_id="GetGuestCart", response=possible(200, reply_schemas.CartReply, 404))
def guests(request: HttpRequest, id: UUID, query: Query[schemas.CartQuery]):
    """A guest's cart at today's prices"""
    return _shown(carts.of_guest(id), query.coupon)


@router.put(
    "/carts/{uuid:id}/lines/{variant}",
    operation_id="PutGuestCartLine",
    response=possible(200, reply_schemas.CartReply, 404, 409),
)
def put_guests(request: HttpRequest, id: UUID, variant: schemas.Id, payload: schemas.CartQuantity):
    """So many of a variant; 0 takes it out"""
    cart = carts.of_guest(id)
    carts.put(cart, variant_id=variant, quantity=payload.quantity)
    return _shown(cart)


@router.get(
    "/cart", operation_id="GetCart", auth=signed_in, response=possible(200, reply_schemas.CartReply, 401, 404, 409)
)
def own(request: HttpRequest, query: Query[schemas.CartQuery]):
    """Your cart at today's prices, with the coupon's discount if one is named"""
    return _shown(carts.of_user(request.auth.id), query.coupon)


@router.put(
    "/cart/lines/{variant}",
    operation_id="PutCartLine",
    auth=signed_in,
    response=possible(200, reply_schemas.CartReply, 401, 404, 409, 429),
)
def put(request: HttpRequest, variant: schemas.Id, payload: schemas.CartQuantity):
    """So many of a variant; 0 takes it out"""
    cart = carts.of_user(request.auth.id)
    carts.put(cart, variant_id=variant, quantity=payload.quantity)
    return _shown(cart)


def _shown(cart: Cart, coupon: str = "", status: int = 200) -> HttpResponse:
    lines = carts.lines(cart)
    money = shapes.money(pricing.quote(lines, coupon))
    return reply({"cart": {"id": str(cart.id), **money, "lines": [shapes.cart_line(line) for line in lines]}}, status)
