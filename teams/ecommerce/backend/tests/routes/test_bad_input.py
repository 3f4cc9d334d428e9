"""Whatever a client sends: a clear problem, and not one row of one table is another than before."""

import json
import time
import uuid
from types import SimpleNamespace

import pytest

from .test_shopping import ADDRESS, news, signed

KEY = uuid.uuid4().hex
TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
HUGE = 2**63


def rows():
    """Every row of every table, as text."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')
            found[table] = cursor.fetchall()
    return found


@pytest.fixture
def scene(owner, sign_up, staff, visitor, make_product, rules):
    """The owner has ordered once, under KEY, and has filled the cart again; somebody else has nothing."""
    variant = make_product(stock=5, price=10_000).variants.get()
    address = owner("POST", "/api/user/addresses", ADDRESS).json["address"]["id"]
    owner("PUT", f"/api/cart/lines/{variant.id}", {"quantity": 1})
    placed = owner("POST", "/api/orders", {"addressId": address}, idempotency_key=KEY)
    order = rules.models.Order.objects.get(number=placed.json["order"]["number"])
    payment = rules.models.Payment.objects.create(order=order, amount=order.total, currency=order.currency)
    owner("PUT", f"/api/cart/lines/{variant.id}", {"quantity": 2})
    rules.models.Coupon.objects.create(code="PAST", percent=10, ends_at="2020-01-01T00:00:00Z")
    rules.models.Coupon.objects.create(code="USED", percent=10, uses_left=0)
    guest = visitor("POST", "/api/carts").json["cart"]["id"]
    other = sign_up("other")
    # A cart is made when it is first asked for, which is no change of what is in it.
    other("GET", "/api/cart")
    people = {"owner": owner, "other": other, "staff": staff, "visitor": visitor}
    names = {"variant": variant.id, "address": address, "number": order.number, "guest": guest}
    names |= {"slug": variant.product.slug, "category": "bags"}
    return SimpleNamespace(people=people, names=names, payment=payment, order=placed.json["order"])


LINE = ("PUT", "/api/cart/lines/{variant}")
GUESTS_LINE = ("PUT", "/api/carts/{guest}/lines/{variant}")
ORDER = ("POST", "/api/orders")
MOVE = ("POST", "/api/staff/orders/{number}/moves")
RESTOCK = ("POST", "/api/variants/{variant}/restock")
PRICE = ("PUT", "/api/variants/{variant}")

# Who sends what, and what they are told.
CASES = [
    # Quantities.
    *(("owner", LINE, {"quantity": bad}, 422, "invalid") for bad in (-1, 100, HUGE, 10**30, 1.5, "1", True, None)),
    *(("visitor", GUESTS_LINE, {"quantity": bad}, 422, "invalid") for bad in (-1, 100, HUGE, "1")),
    *(("staff", RESTOCK, {"quantity": bad}, 422, "invalid") for bad in (10**7, -HUGE, 0.5, "5")),
    ("staff", RESTOCK, {"quantity": -6}, 409, "stock_below_zero"),
    # Prices and totals are the shop's.
    ("owner", LINE, {"quantity": 1, "price": 1}, 422, "invalid"),
    ("owner", ORDER, {"addressId": "{address}", "total": 1}, 422, "invalid"),
    ("owner", ORDER, {"addressId": "{address}", "expectedTotal": 1}, 409, "price_changed"),
    ("owner", PRICE, {"price": 1}, 403, "staff_only"),
    *(("staff", PRICE, {"price": bad}, 422, "invalid") for bad in (0, -1, HUGE, 1.5, "1")),
    ("staff", PRICE, {"stock": 99}, 422, "invalid"),
    # Variants, addresses and carts that are not there, or not theirs.
    ("owner", ("PUT", "/api/cart/lines/999999"), {"quantity": 1}, 404, "variant_not_found"),
    ("owner", ("PUT", f"/api/cart/lines/{HUGE}"), {"quantity": 1}, 422, "invalid"),
    ("owner", ("PUT", "/api/cart/lines/-1"), {"quantity": 1}, 422, "invalid"),
    ("staff", ("POST", "/api/variants/999999/restock"), {"quantity": 1}, 404, "variant_not_found"),
    ("visitor", ("PUT", f"/api/carts/{uuid.uuid4()}/lines/1"), {"quantity": 1}, 404, "cart_not_found"),
    ("owner", ORDER, {"addressId": 999_999}, 404, "address_not_found"),
    ("other", ORDER, {"addressId": "{address}"}, 404, "address_not_found"),
    # Orders of others, and without anybody.
    ("other", ("GET", "/api/orders/{number}"), None, 404, "order_not_found"),
    ("other", ("POST", "/api/orders/{number}/cancel"), None, 404, "order_not_found"),
    ("other", ("POST", "/api/orders/{number}/payment"), None, 404, "order_not_found"),
    ("visitor", ("POST", "/api/orders/{number}/cancel"), None, 401, "unauthenticated"),
    ("visitor", ORDER, {"addressId": "{address}"}, 401, "unauthenticated"),
    ("owner", MOVE, {"to": "paid"}, 403, "staff_only"),
    # Moves that lead nowhere.
    *(("staff", MOVE, {"to": to}, 409, "illegal_move") for to in ("packed", "shipped", "delivered", "refunded")),
    *(("staff", MOVE, {"to": to}, 422, "invalid") for to in ("paid", "pending", "eaten", "", None)),
    # Coupons.
    ("owner", ORDER, {"addressId": "{address}", "coupon": "PAST"}, 409, "coupon_expired"),
    ("owner", ORDER, {"addressId": "{address}", "coupon": "used"}, 409, "coupon_used_up"),
    ("owner", ORDER, {"addressId": "{address}", "coupon": "NONE"}, 404, "coupon_not_found"),
    ("owner", ORDER, {"addressId": "{address}", "coupon": "x" * 41}, 422, "invalid"),
]


def filled(value, names):
    """The case with what the scene calls its things; an id alone stays a number."""
    if isinstance(value, dict):
        return {name: filled(one, names) for name, one in value.items()}
    if isinstance(value, str) and value.startswith("{") and value[1:-1] in names:
        return names[value[1:-1]]
    return value


def refused(reply, before, status, code):
    assert (reply.status, reply.json["code"]) == (status, code), reply.body
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json["status"] == status
    assert reply.json["title"]
    assert reply.json["request_id"] == reply.headers["x-request-id"]
    assert rows() == before


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]} {case[1][1]} {case[2]}"[:100])
def test_bad_input_is_a_clear_problem_and_changes_nothing(scene, case):
    who, (method, path), content, status, code = case
    before = rows()

    sent = filled(content, scene.names)
    key = {"idempotency_key": uuid.uuid4().hex} if (method, path) == ORDER else {}
    reply = scene.people[who](method, path.format(**scene.names), sent, **key)

    refused(reply, before, status, code)


@pytest.mark.parametrize("wishes", [{"expectedTotal": 13_000}, {"coupon": "PAST"}, {"addressId": 1_000_000}])
def test_a_key_with_another_body_is_refused(scene, wishes):
    before = rows()

    content = {"addressId": scene.names["address"], **wishes}
    reply = scene.people["owner"]("POST", "/api/orders", content, idempotency_key=KEY)

    refused(reply, before, 409, "idempotency_key_reused")


@pytest.mark.parametrize("key", ["", "short", "x" * 201])
def test_a_key_that_is_none_is_refused(scene, key):
    before = rows()

    reply = scene.people["owner"]("POST", "/api/orders", {"addressId": scene.names["address"]}, idempotency_key=key)

    refused(reply, before, 400, "idempotency_key_missing")


@pytest.mark.parametrize(
    ("change", "sign", "status", "code"),
    [
        ({}, lambda body: {"webhook_signature": ""}, 401, "signature_wrong"),
        ({}, lambda body: signed(body, key="another key"), 401, "signature_wrong"),
        ({}, lambda body: signed(body + b" "), 401, "signature_wrong"),
        ({}, lambda body: signed(body, moment=time.time() - 600), 401, "signature_wrong"),
        ({"amount": 1}, signed, 409, "payment_mismatch"),
        ({"currency": "USD"}, signed, 409, "payment_mismatch"),
        ({"payment": str(uuid.uuid4())}, signed, 404, "payment_not_found"),
        ({"status": "eaten"}, signed, 422, "invalid"),
        ({"sequence": HUGE}, signed, 422, "invalid"),
    ],
    ids=str,
)
def test_news_of_a_payment_that_is_none_of_ours_changes_nothing(scene, change, sign, status, code):
    before = rows()

    body = json.dumps(news(scene.order, scene.payment) | change).encode()
    reply = scene.people["visitor"]("POST", "/api/payments/webhook", body, **sign(body))

    refused(reply, before, status, code)


def test_the_scene_would_notice(scene):
    before = rows()

    scene.people["owner"]("PUT", f"/api/cart/lines/{scene.names['variant']}", {"quantity": 3})

    assert rows() != before
