"""What staff do with everybody's orders."""

from django.http import HttpRequest
from ninja import Query, Router

from ecommerce import reply_schemas, schemas, shapes
from ecommerce.resources import shop
from ecommerce.routes.access import staff
from ecommerce.routes.orders import page
from ecommerce.routes.possible import possible
from ecommerce.routes.replies import reply
from ecommerce.services import orders

router = Router(tags=["Staff"], auth=staff, by_alias=True)


@router.get("/staff/orders", operation_id="GetAllOrders", response=possible(200, reply_schemas.OrdersReply, 401, 403))
def listed(request: HttpRequest, query: Query[schemas.StaffOrdersQuery]):
    """Everybody's orders, the newest first"""
    return page(query, user=None, state=query.state)


@router.post(
    "/staff/orders/{number}/moves",
    operation_id="MoveOrder",
    response=possible(200, reply_schemas.OrderReply, 401, 403, 404, 409, 429),
)
def move(request: HttpRequest, number: str, payload: schemas.Move):
    """Bring an order on its way, or give the money back"""
    return reply({"order": shapes.order(orders.move(shop(), number=number, to=payload.to))})
