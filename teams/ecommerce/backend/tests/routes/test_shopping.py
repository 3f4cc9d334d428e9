"""A customer's way through the shop, over HTTP."""

import hashlib
import hmac
import json
import time
import uuid

import pytest

from ..conftest import KEY, PASSWORD

ADDRESS = {"recipient": "Kim", "phone": "010", "street": "1", "city": "Seoul", "postalCode": "04524", "country": "KR"}


@pytest.fixture
def ordered(owner, make_product):
    """The owner's order, as JSON, and what it is an order of."""
    variant = make_product(stock=5, price=10_000).variants.get()
    owner("PUT", f"/api/cart/lines/{variant.id}", {"quantity": 2})
    address = owner("POST", "/api/user/addresses", ADDRESS).json["address"]["id"]
    reply = owner("POST", "/api/orders", {"addressId": address}, idempotency_key=uuid.uuid4().hex)
    assert reply.status == 201, reply.body
    return reply.json["order"], variant


def news(order, payment, status="approved", sequence=1, **more):
    return {
        "payment": str(payment.id),
        "status": status,
        "sequence": sequence,
        "amount": order["total"],
        "currency": "KRW",
    } | more


def signed(body: bytes, key: str = KEY, moment: float | None = None) -> dict[str, str]:
    seconds = int(moment or time.time())
    digest = hmac.new(key.encode(), b"%d." % seconds + body, hashlib.sha256).hexdigest()
    return {"webhook_signature": f"t={seconds},v1={digest}"}


@pytest.fixture
def payment(ordered, rules):
    order = rules.models.Order.objects.get(number=ordered[0]["number"])
    return rules.models.Payment.objects.create(order=order, amount=order.total, currency=order.currency)


def tell(visitor, content, **signature):
    body = json.dumps(content).encode()
    return visitor("POST", "/api/payments/webhook", body, **(signature or signed(body)))


def test_a_guests_cart_joins_the_users_at_sign_up_and_at_login(visitor, sign_up, make_product):
    variant = make_product().variants.get()
    for quantity in (2, 3):
        cart = visitor("POST", "/api/carts").json["cart"]["id"]
        visitor("PUT", f"/api/carts/{cart}/lines/{variant.id}", {"quantity": quantity})
        if quantity == 2:
            kim = sign_up("kim", cart=cart)
        else:
            visitor("POST", "/api/users/login", {"email": "kim@example.com", "password": PASSWORD, "cart": cart})

    lines = kim("GET", "/api/cart").json["cart"]["lines"]

    assert [(line["variant"]["id"], line["quantity"]) for line in lines] == [(variant.id, 5)]
    assert visitor("GET", f"/api/carts/{cart}").status == 404


def test_a_cart_that_a_customer_has_already_takes_a_guests_in_within_its_bounds(visitor, owner, make_product, rules):
    things = [make_product().variants.get().id for _ in range(52)]
    for variant in things[:40]:
        owner("PUT", f"/api/cart/lines/{variant}", {"quantity": 60})
    cart = visitor("POST", "/api/carts").json["cart"]["id"]
    for variant in things[30:]:
        visitor("PUT", f"/api/carts/{cart}/lines/{variant}", {"quantity": 60})

    reply = visitor("POST", "/api/users/login", {"email": "owner@example.com", "password": PASSWORD, "cart": cart})

    assert reply.status == 200
    lines = owner("GET", "/api/cart").json["cart"]["lines"]
    # The oldest come first; what finds no room is left out, since a login must not fail for it.
    quantities = dict.fromkeys(things[:30], 60) | dict.fromkeys(things[30:40], 99) | dict.fromkeys(things[40:50], 60)
    assert {line["variant"]["id"]: line["quantity"] for line in lines} == quantities
    assert rules.models.CartLine.objects.filter(cart=cart).count() == 0


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"quantity": -1}, "quantity"),
        ({"quantity": 10**30}, "quantity"),
        ({"quantity": 1.5}, "quantity"),
        ({"quantity": "1"}, "quantity"),
        ({"quantity": 1, "price": 1}, "price"),
        ({}, "quantity"),
        ([], "body"),
    ],
)
def test_a_line_that_is_none_is_refused_by_field_and_changes_nothing(owner, make_product, content, field):
    variant = make_product().variants.get()

    reply = owner("PUT", f"/api/cart/lines/{variant.id}", content)

    assert (reply.status, reply.json["code"]) == (422, "invalid")
    assert field in reply.json["errors"]
    assert owner("GET", "/api/cart").json["cart"]["lines"] == []


@pytest.mark.parametrize("variant", ["999999", str(2**63), "-1", "abc"])
def test_an_unknown_variant_is_a_problem(owner, variant):
    reply = owner("PUT", f"/api/cart/lines/{variant}", {"quantity": 1})

    assert reply.status in (404, 422)
    assert reply.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("coupon", "code"),
    [
        ({"ends_at": "2020-01-01T00:00:00Z"}, "coupon_expired"),
        ({"uses_left": 0}, "coupon_used_up"),
        ({"minimum": 10_001}, "coupon_minimum"),
        (None, "coupon_not_found"),
    ],
)
def test_a_coupon_that_does_not_apply_is_refused_and_nothing_is_ordered(owner, make_product, rules, coupon, code):
    if coupon is not None:
        rules.models.Coupon.objects.create(code="TEN", percent=10, **coupon)
    variant = make_product(stock=5, price=10_000).variants.get()
    owner("PUT", f"/api/cart/lines/{variant.id}", {"quantity": 1})
    address = owner("POST", "/api/user/addresses", ADDRESS).json["address"]["id"]

    shown = owner("GET", "/api/cart?coupon=TEN")
    placed = owner("POST", "/api/orders", {"addressId": address, "coupon": "TEN"}, idempotency_key=uuid.uuid4().hex)

    assert (shown.json["code"], placed.json["code"]) == (code, code)
    assert owner("GET", "/api/orders").json["orders"] == []
    assert len(owner("GET", "/api/cart").json["cart"]["lines"]) == 1
    variant.refresh_from_db()
    assert (variant.stock, variant.reserved) == (5, 0)


def test_the_price_is_the_shops_whatever_a_client_sends(owner, make_product, rules):
    variant = make_product(stock=5, price=10_000).variants.get()
    owner("PUT", f"/api/cart/lines/{variant.id}", {"quantity": 1})
    address = owner("POST", "/api/user/addresses", ADDRESS).json["address"]["id"]

    for more, code in [({"total": 1}, "invalid"), ({"expectedTotal": 1}, "price_changed")]:
        reply = owner("POST", "/api/orders", {"addressId": address, **more}, idempotency_key=uuid.uuid4().hex)
        assert reply.json["code"] == code

    assert rules.models.Order.objects.count() == 0


def test_money_that_the_provider_took_back_by_itself_ends_the_order(ordered, payment, visitor, owner):
    order, variant = ordered

    for status, sequence in [("approved", 1), ("refunded", 2)]:
        tell(visitor, news(order, payment, status, sequence))

    history = owner("GET", f"/api/orders/{order['number']}").json["order"]["history"]
    assert [(move["state"], move["reason"]) for move in history][-1] == ("refunded", "by provider")
    variant.refresh_from_db()
    assert (variant.stock, variant.sold) == (5, 0)


def test_a_checkout_without_a_key_is_refused(owner):
    assert owner("POST", "/api/orders", {"addressId": 1}).json["code"] == "idempotency_key_missing"


def test_an_order_is_its_owners_alone(ordered, owner, sign_up, visitor):
    number = ordered[0]["number"]
    other = sign_up("other")

    assert owner("GET", f"/api/orders/{number}").json["order"]["total"] == 23_000
    assert other("GET", f"/api/orders/{number}").json["code"] == "order_not_found"
    assert other("POST", f"/api/orders/{number}/cancel").status == 404
    assert visitor("GET", f"/api/orders/{number}").status == 401
    assert owner("GET", "/api/staff/orders").json["code"] == "staff_only"


def test_news_of_a_payment_told_ten_times_is_one_move(ordered, payment, visitor, rules):
    order, variant = ordered

    replies = [tell(visitor, news(order, payment)).json["applied"] for _ in range(10)]

    assert replies == [True] + [False] * 9
    variant.refresh_from_db()
    assert (variant.stock, variant.reserved, variant.sold) == (3, 0, 2)
    assert rules.models.Mail.objects.filter(kind="paid").count() == 1


def test_news_out_of_order_is_taken_by_its_number(ordered, payment, visitor, rules):
    order, _ = ordered

    tell(visitor, news(order, payment, "refunded", 2))
    late = tell(visitor, news(order, payment, "approved", 1))

    assert late.json == {"applied": False}
    payment.refresh_from_db()
    assert (payment.status, payment.sequence) == ("refunded", 2)


@pytest.mark.parametrize(
    "forge",
    [
        lambda body: {"webhook_signature": ""},
        lambda body: signed(body, key="another key"),
        lambda body: signed(body + b" "),
        lambda body: signed(body, moment=time.time() - 600),
        lambda body: {"webhook_signature": signed(body)["webhook_signature"].upper()},
    ],
)
def test_a_forged_or_old_signature_changes_nothing(ordered, payment, visitor, forge):
    body = json.dumps(news(ordered[0], payment)).encode()

    reply = visitor("POST", "/api/payments/webhook", body, **forge(body))

    assert (reply.status, reply.json["code"]) == (401, "signature_wrong")
    payment.refresh_from_db()
    assert payment.status == "created"


def test_another_amount_than_the_orders_is_refused(ordered, payment, visitor):
    assert tell(visitor, news(ordered[0], payment, amount=1)).json["code"] == "payment_mismatch"


def test_money_for_a_cancelled_order_is_to_be_given_back(ordered, payment, owner, visitor):
    order, variant = ordered
    owner("POST", f"/api/orders/{order['number']}/cancel")

    tell(visitor, news(order, payment))

    payment.refresh_from_db()
    variant.refresh_from_db()
    assert (payment.status, payment.refund_due) == ("approved", True)
    assert (variant.stock, variant.sold) == (5, 0)


def test_staff_bring_an_order_on_its_way_and_no_other_way(ordered, payment, staff, visitor):
    order, _ = ordered
    path = f"/api/staff/orders/{order['number']}/moves"

    assert staff("POST", path, {"to": "packed"}).json["code"] == "illegal_move"
    tell(visitor, news(order, payment))
    states = [staff("POST", path, {"to": to}).json["order"]["state"] for to in ("packed", "shipped", "delivered")]

    assert states == ["packed", "shipped", "delivered"]


def test_the_list_knows_when_the_last_piece_has_gone(make_product, owner, visitor, order, make_buyer):
    product = make_product(stock=1)
    assert visitor("GET", "/api/products").json["products"][0]["inStock"] is True

    order(make_buyer(), product.variants.get().id)

    assert visitor("GET", "/api/products").json["products"][0]["inStock"] is False
    assert visitor("GET", f"/api/products/{product.slug}").json["product"]["variants"][0]["stock"] == 0


def test_replies_are_what_the_document_says(ordered, owner, visitor, staff):
    from ecommerce import reply_schemas

    order, _ = ordered
    slug = visitor("GET", "/api/products").json["products"][0]["slug"]

    for client, path, schema in [
        (visitor, "/api/products", reply_schemas.ProductsReply),
        (visitor, "/api/products/facets", reply_schemas.FacetsReply),
        (visitor, f"/api/products/{slug}", reply_schemas.ProductReply),
        (visitor, "/api/categories", reply_schemas.CategoriesReply),
        (owner, "/api/user", reply_schemas.UserReply),
        (owner, "/api/user/addresses", reply_schemas.AddressesReply),
        (owner, "/api/cart", reply_schemas.CartReply),
        (owner, "/api/orders", reply_schemas.OrdersReply),
        (owner, f"/api/orders/{order['number']}", reply_schemas.OrderReply),
        (owner, "/api/user/mails", reply_schemas.MailsReply),
        (staff, "/api/staff/orders", reply_schemas.OrdersReply),
    ]:
        reply = client("GET", path)
        assert reply.status == 200, path
        # By the names of the document alone: the ones in Python are nobody's business.
        schema.model_validate(reply.json, by_alias=True, by_name=False)
