"""Whoever asks after a write has the truth, whichever way it was written and however eagerly others read meanwhile."""

import uuid
from types import SimpleNamespace

import pytest

from ..conftest import Client, product_form

PAGES = [
    "/api/categories",
    "/api/products",
    "/api/products?q=lamp&sort=relevance",
    "/api/products?inStock=true&sort=price",
    "/api/products?category=bags&maxPrice=2000",
    "/api/products/facets",
    "/api/products/facets?q=lamp&inStock=true",
]


@pytest.fixture
def scene(shop, rules, app, make_product, make_buyer, order, staff, desk):
    """A product of two pieces, a buyer, and everybody's ways to write."""
    product = make_product(title="Lamp", price=1_000, stock=2)
    buyer = make_buyer()
    return SimpleNamespace(
        shop=shop,
        rules=rules,
        staff=staff,
        desk=desk,
        product=product,
        slug=product.slug,
        variant=product.variants.get(),
        order=lambda quantity: order(buyer, product.variants.get().id, quantity)["number"],
        buyer=buyer,
        pages=[*PAGES, f"/api/products/{product.slug}"],
        visitor=Client(app),
    )


def by_admin(row=(), **values):
    return lambda scene, _: scene.desk("product", scene.product.id, product_form(scene.product, row, **values))


def by_api(method, path, content=None):
    def write(scene, _):
        reply = scene.staff(method, path.format(slug=scene.slug, variant=scene.variant.id), content)
        assert reply.status < 300, reply.body

    return write


def order(scene, quantity=2):
    return scene.order(quantity)


def paid(scene):
    number = scene.order(2)
    pay(scene, number)
    return number


def pay(scene, number):
    order = scene.rules.models.Order.objects.get(number=number)
    payment = scene.rules.models.Payment.objects.create(order=order, amount=order.total, currency=order.currency)
    news = {"status": "approved", "sequence": 1, "amount": order.total, "currency": order.currency}
    scene.rules.payments.apply(scene.shop, payment_id=payment.id, **news)


def take_back(scene, number):
    payment = scene.rules.models.Payment.objects.get(order__number=number)
    news = {"status": "refunded", "sequence": 2, "amount": payment.amount, "currency": payment.currency}
    scene.rules.payments.apply(scene.shop, payment_id=payment.id, **news)


def expire(scene, _):
    scene.rules.models.Order.objects.update(expires_at="2020-01-01T00:00:00Z")
    assert scene.rules.orders.expire_due(scene.shop) == 1


def draw(scene, _=None):
    from ecommerce.pictures_drawn import draw

    return scene.rules.pictures.put(scene.shop, slug=scene.slug, data=draw("A thing"), alt="A thing")[0]


def second_category(scene):
    return scene.rules.models.Category.objects.create(slug="empty", name_en="Empty", name_ko="빈", position=5).id


SKU = uuid.uuid4().hex[:12]
NEW_PRODUCT = {"title": "Lamp two", "description": "lamp", "category": "bags"}
NEW_PRODUCT |= {"variants": [{"sku": SKU, "name": "one", "price": 5, "stock": 1}]}
NAMES = {"name_en": "Sacks", "name_ko": "자루", "position": 0}

# Name: what came before, and the write, which gets the result of that.
WRITES = {
    "API: new product": (None, by_api("POST", "/api/products", NEW_PRODUCT)),
    "API: title": (None, by_api("PUT", "/api/products/{slug}", {"title": "Lamp of glass"})),
    "API: description": (None, by_api("PUT", "/api/products/{slug}", {"description": "Not that well made"})),
    "API: category": (second_category, by_api("PUT", "/api/products/{slug}", {"category": "empty"})),
    "API: archived": (None, by_api("DELETE", "/api/products/{slug}")),
    "API: price": (None, by_api("PUT", "/api/variants/{variant}", {"price": 3_000})),
    "API: variant's name": (None, by_api("PUT", "/api/variants/{variant}", {"name": "another size"})),
    "API: new variant": (
        None,
        by_api("POST", "/api/products/{slug}/variants", {"sku": SKU, "name": "s", "price": 5, "stock": 3}),
    ),
    "API: restocked": (None, by_api("POST", "/api/variants/{variant}/restock", {"quantity": 5})),
    "API: restocked after the last": (
        order,
        by_api("POST", "/api/variants/{variant}/restock", {"quantity": 5}),
    ),
    "API: all broken": (None, by_api("POST", "/api/variants/{variant}/restock", {"quantity": -2})),
    "API: new category": (None, by_api("POST", "/api/categories", {"slug": "new", "nameEn": "New", "nameKo": "새"})),
    "admin: price": (None, by_admin({"0-price": 3_000})),
    "admin: title": (None, by_admin(title="Lamp of glass")),
    "admin: archived": (None, by_admin(archived="on")),
    "admin: category": (
        second_category,
        lambda scene, id: scene.desk("product", scene.product.id, product_form(scene.product, category=id)),
    ),
    "admin: restocked": (None, by_admin({"0-arrived": 5})),
    "admin: all broken": (None, by_admin({"0-arrived": -2})),
    "admin: new variant": (
        None,
        by_admin({"TOTAL_FORMS": 2, "1-sku": SKU, "1-name": "small", "1-price": 5, "1-arrived": 3}),
    ),
    "admin: category renamed": (
        None,
        lambda scene, _: scene.desk("category", scene.product.category_id, NAMES),
    ),
    "admin: new category": (None, lambda scene, _: scene.desk("category", None, NAMES | {"slug": "sacks"}, "add/")),
    "admin: category removed": (
        second_category,
        lambda scene, id: scene.desk("category", id, {"post": "yes"}, "delete"),
    ),
    "admin: categories removed": (
        second_category,
        lambda scene, id: scene.desk(
            "category", None, {"action": "delete_selected", "_selected_action": id, "post": "yes"}, ""
        ),
    ),
    "admin: order refunded": (
        paid,
        lambda scene, number: scene.desk(
            "order",
            None,
            {
                "action": "refunded",
                "_selected_action": scene.rules.models.Order.objects.get(number=number).id,
            },
            "",
        ),
    ),
    "checkout of one": (None, lambda scene, _: scene.order(1)),
    "checkout of the last": (None, lambda scene, _: scene.order(2)),
    "paid": (order, pay),
    "expired": (order, expire),
    "cancelled by the customer": (
        order,
        lambda scene, number: scene.rules.orders.cancel(scene.shop, number=number, user=scene.buyer.id),
    ),
    "refunded by staff": (
        paid,
        lambda scene, number: scene.rules.orders.move(scene.shop, number=number, to="refunded"),
    ),
    "refunded by the provider": (paid, take_back),
    "picture taken in": (None, draw),
    "picture ready": (draw, lambda scene, upload: scene.rules.pictures.process(scene.shop, upload)),
    "picture given up": (draw, lambda scene, upload: scene.rules.pictures.give_up(scene.shop, upload)),
}
# Readers see the shelf, and these move nothing on it.
UNSEEN = {"paid"}


def look(scene):
    replies = {path: scene.visitor("GET", path) for path in scene.pages}
    return {path: reply.body if reply.status == 200 else reply.status for path, reply in replies.items()}


def truth(scene, monkeypatch):
    from ecommerce.services import freshness

    with monkeypatch.context() as uncached:
        uncached.setattr(freshness, "_through", lambda shop, key, make, *tags: make())
        return look(scene)


@pytest.mark.parametrize("name", WRITES)
def test_after_a_write_lists_searches_and_the_product_tell_the_truth(name, scene, monkeypatch):
    prepare, write = WRITES[name]
    prepared = prepare and prepare(scene)
    before = look(scene)
    invalidate = scene.shop.cache.invalidate

    def invalidate_and_read(*tags):
        # A busy shop: what is dropped before the commit would be cached again as it was.
        invalidate(*tags)
        look(scene)

    monkeypatch.setattr(scene.shop.cache, "invalidate", invalidate_and_read)
    write(scene, prepared)
    after = look(scene)

    assert after == truth(scene, monkeypatch)
    assert (after == before) is (name in UNSEEN)
