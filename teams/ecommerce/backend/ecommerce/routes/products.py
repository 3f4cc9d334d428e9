"""The catalogue: lists, facets, one product, its live stock; and what staff do to it."""

from django.http import HttpRequest
from ninja import Query, Router

from ecommerce import reply_schemas, schemas, shapes
from ecommerce.resources import shop
from ecommerce.routes.access import staff
from ecommerce.routes.live import live
from ecommerce.routes.possible import possible
from ecommerce.routes.replies import fresh, no_content, reply
from ecommerce.services import freshness, listings, news, products, stock

router = Router(tags=["Products"], by_alias=True)


@router.get("/categories", operation_id="GetCategories", response=possible(200, reply_schemas.CategoriesReply))
def categories(request: HttpRequest):
    """All categories, in the shop's order"""

    def make() -> bytes:
        return shapes.json({"categories": [shapes.category(row) for row in products.categories()]})

    return fresh(request, freshness.of_lists(shop(), ("categories",), make))


@router.post(
    "/categories",
    operation_id="CreateCategory",
    auth=staff,
    response=possible(201, reply_schemas.CategoryReply, 401, 403, 409, 429),
)
def create_category(request: HttpRequest, payload: schemas.NewCategory):
    """Add a category at the end of the list"""
    return reply({"category": shapes.category(products.create_category(shop(), **payload.model_dump()))}, 201)


@router.get("/products", operation_id="GetProducts", response=possible(200, reply_schemas.ProductsReply))
def listed(request: HttpRequest, query: Query[schemas.ProductsQuery]):
    """Products that pass every filter; `next` is the cursor of the following page"""

    def make() -> bytes:
        page = listings.page(query.filters(), sort=query.sort, cursor=query.cursor, size=query.size)
        items = [shapes.product_item(row) for row in page.products]
        return shapes.json({"products": items, "next": page.next})

    key = ("page", query.sort, query.cursor, query.size, *vars(query.filters()).values())
    return fresh(request, freshness.of_lists(shop(), key, make))


@router.get("/products/facets", operation_id="GetFacets", response=possible(200, reply_schemas.FacetsReply))
def facets(request: HttpRequest, query: Query[schemas.ProductFilters]):
    """How many products each choice would leave"""

    def make() -> bytes:
        return shapes.json(shapes.facets(listings.facets(query.filters())))

    return fresh(request, freshness.of_lists(shop(), ("facets", *vars(query.filters()).values()), make))


@router.get("/products/{slug}", operation_id="GetProduct", response=possible(200, reply_schemas.ProductReply, 404))
def get(request: HttpRequest, slug: str):
    """One product with its variants and what is left of each"""

    def make() -> bytes:
        return shapes.json({"product": shapes.product(products.get(slug))})

    return fresh(request, freshness.of_product(shop(), slug, make))


@router.get(
    "/products/{slug}/stream",
    operation_id="StreamStock",
    response=possible(200, str, 404),
    openapi_extra={"responses": {200: {"description": "OK", "content": {"text/event-stream": {}}}}},
)
async def stream(request: HttpRequest, slug: str, query: Query[schemas.StreamQuery]):
    """Live price and stock of its variants as Server-Sent Events; Last-Event-ID (or lastEventId) replays what was missed"""
    return await live(request, lambda: news.product_topic(products.get(slug).id), query.last_event_id)


@router.post(
    "/products",
    operation_id="CreateProduct",
    auth=staff,
    response=possible(201, reply_schemas.ProductReply, 401, 403, 404, 409, 429),
)
def create(request: HttpRequest, payload: schemas.NewProduct):
    """Put a product into the shop"""
    return reply({"product": shapes.product(products.create(shop(), **payload.model_dump()))}, 201)


@router.put(
    "/products/{slug}",
    operation_id="ChangeProduct",
    auth=staff,
    response=possible(200, reply_schemas.ProductReply, 401, 403, 404, 429),
)
def change(request: HttpRequest, slug: str, payload: schemas.ChangedProduct):
    """Change a product; what is left out stays"""
    return reply({"product": shapes.product(products.change(shop(), slug=slug, changes=payload.changes()))})


@router.delete(
    "/products/{slug}", operation_id="ArchiveProduct", auth=staff, response=possible(204, None, 401, 403, 404, 429)
)
def archive(request: HttpRequest, slug: str):
    """Take a product out of the shop; orders keep what they say of it"""
    products.archive(shop(), slug=slug)
    return no_content()


@router.post(
    "/products/{slug}/variants",
    operation_id="AddVariant",
    auth=staff,
    response=possible(201, reply_schemas.ProductReply, 401, 403, 404, 409, 429),
)
def add_variant(request: HttpRequest, slug: str, payload: schemas.NewVariant):
    """Add a variant"""
    return reply(
        {"product": shapes.product(products.add_variant(shop(), slug=slug, variant=payload.model_dump()))}, 201
    )


@router.put(
    "/variants/{id}",
    operation_id="ChangeVariant",
    auth=staff,
    response=possible(200, reply_schemas.ProductReply, 401, 403, 404, 429),
)
def change_variant(request: HttpRequest, id: schemas.Id, payload: schemas.ChangedVariant):
    """Change a variant's name or price; orders keep theirs"""
    return reply({"product": shapes.product(products.change_variant(shop(), variant_id=id, changes=payload.changes()))})


@router.post(
    "/variants/{id}/restock",
    operation_id="Restock",
    auth=staff,
    response=possible(200, reply_schemas.VariantReply, 401, 403, 404, 409, 429),
)
def restock(request: HttpRequest, id: schemas.Id, payload: schemas.Restock):
    """Add what has arrived, or take away what is broken (negative)"""
    return reply({"variant": shapes.counted_variant(stock.restock(shop(), variant_id=id, quantity=payload.quantity))})
