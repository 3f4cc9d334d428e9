"""Where a user's orders go."""

from django.http import HttpRequest
from ninja import Router

from ecommerce import reply_schemas, schemas, shapes
from ecommerce.routes.access import signed_in
from ecommerce.routes.possible import possible
from ecommerce.routes.replies import no_content, reply
from ecommerce.services import addresses

router = Router(tags=["Addresses"], auth=signed_in, by_alias=True)


@router.get("/user/addresses", operation_id="GetAddresses", response=possible(200, reply_schemas.AddressesReply, 401))
def listed(request: HttpRequest):
    """Your addresses"""
    return reply({"addresses": [shapes.address(row) for row in addresses.listed(request.auth.id)]})


@router.post("/user/addresses", operation_id="AddAddress", response=possible(201, reply_schemas.AddressReply, 401, 429))
def add(request: HttpRequest, payload: schemas.NewAddress):
    """Add an address"""
    return reply({"address": shapes.address(addresses.add(request.auth.id, payload.model_dump()))}, 201)


@router.delete("/user/addresses/{id}", operation_id="RemoveAddress", response=possible(204, None, 401, 404, 429))
def remove(request: HttpRequest, id: schemas.Id):
    """Remove an address; orders keep their copy"""
    addresses.remove(request.auth.id, id)
    return no_content()
