"""Django's admin: its forms against forgery, and its writes beside everybody else's."""

import threading
from urllib.parse import urlencode

import pytest

from ..conftest import PASSWORD, eventually, product_form

LOGIN = "/api/admin/login/"
PORT = "localhost:34567"
WAITS = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


@pytest.fixture
def sign_in(visitor, staff):
    """Sends the admin's form from a page of `origin` to a shop at `host`; as a browser does, whatever the port."""

    def send(host, **more):
        page = visitor("GET", LOGIN, host=host)
        token = page.body.decode().partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        form = {"csrfmiddlewaretoken": token, "username": "staff@example.com", "password": PASSWORD}
        sent = {"content_type": "application/x-www-form-urlencoded", "host": host, "x_forwarded_proto": "https"}
        sent["cookie"] = page.headers["set-cookie"].partition(";")[0]
        return visitor("POST", LOGIN, urlencode(form | {"next": "/api/admin/"}).encode(), **sent | more)

    return send


@pytest.mark.parametrize("host", ["localhost", "localhost:8443", PORT, "shop.example.com"])
def test_staff_sign_in_wherever_the_edge_is(sign_in, host):
    for page in ({"origin": f"https://{host}"}, {"referer": f"https://{host}{LOGIN}"}):
        reply = sign_in(host, **page)

        assert (reply.status, reply.headers["location"]) == (302, "/api/admin/")
        assert all(flag in reply.headers["set-cookie"] for flag in ("Secure", "HttpOnly", "SameSite=Lax"))


@pytest.mark.parametrize(
    "page",
    [
        {"origin": "https://localhost:8443"},
        {"origin": "http://localhost:34567"},
        {"origin": "https://localhost:34567.example.com"},
        {"origin": "https://example.com"},
        {"origin": "null"},
        {"referer": "https://example.com/"},
        {},
        {"origin": f"https://{PORT}", "cookie": "csrftoken=x"},
        # Whoever says so is not the edge.
        {"origin": "https://example.com", "x_forwarded_host": "example.com"},
    ],
    ids=str,
)
def test_a_form_from_another_origin_is_refused(sign_in, page):
    reply = sign_in(PORT, **page)

    assert reply.status == 403
    assert "set-cookie" not in reply.headers or "sessionid" not in reply.headers["set-cookie"]


def test_the_admin_is_closed_to_others_and_gives_only_its_own_files(visitor):
    assert visitor("GET", "/api/admin/").status == 302
    assert visitor("GET", "/api/admin/static/admin/css/base.css").status == 200
    assert visitor("GET", "/api/admin/static/../../../settings.py").status == 404


def test_a_price_that_is_saved_takes_back_no_sale_of_that_moment(desk, make_product, make_buyer, order, monkeypatch):
    from django.db import connection, connections

    from ecommerce.admin import ProductAdmin

    product = make_product(stock=2)
    buyer, variant = make_buyer(), product.variants.get()

    def buy():
        order(buyer, variant.id)
        connections.close_all()

    buying = threading.Thread(target=buy)
    save = ProductAdmin.save_related

    def save_while_somebody_buys(*arguments):
        buying.start()

        def bought_or_waiting():
            with connection.cursor() as cursor:
                # A transaction sees this view as it was at first, unless told otherwise.
                cursor.execute("SELECT pg_stat_clear_snapshot()")
                cursor.execute(WAITS)
                return cursor.fetchone()[0] or not buying.is_alive()

        eventually(bought_or_waiting)
        save(*arguments)

    monkeypatch.setattr(ProductAdmin, "save_related", save_while_somebody_buys)

    desk("product", product.id, product_form(product, {"0-price": 3_000}))
    buying.join()

    variant.refresh_from_db()
    assert (variant.price, variant.stock, variant.reserved) == (3_000, 1, 1)


def test_more_broken_than_there_is_stores_nothing_and_says_so(desk, make_product):
    product = make_product(title="Lamp", stock=2)

    page = desk("product", product.id, product_form(product, {"0-price": 3_000, "0-arrived": -3}, title="Other"))

    assert "There is not that much on the shelf" in page
    product.refresh_from_db()
    variant = product.variants.get()
    assert (product.title, variant.price, variant.stock) == ("Lamp", 1_000, 2)


def test_what_has_arrived_stands_in_the_ledger(desk, make_product, rules):
    product = make_product(stock=2)

    desk("product", product.id, product_form(product, {"0-arrived": 5}))

    assert product.variants.get().stock == 7
    assert list(rules.models.StockMovement.objects.values_list("kind", "quantity")) == [("initial", 2), ("restock", 5)]


def test_orders_go_only_the_ways_that_lead_on(desk, make_product, make_buyer, order, rules, shop):
    product = make_product(stock=5)
    numbers = [order(make_buyer(), product.variants.get().id)["number"] for _ in range(2)]
    rules.orders.move(shop, number=numbers[0], to="paid")
    ids = list(rules.models.Order.objects.values_list("id", flat=True))

    page = desk("order", None, {"action": "packed", "_selected_action": ids}, "")

    assert f"{numbers[1]}: From pending to packed leads no way." in page
    states = {number: rules.orders.get(number=number, user=None).state for number in numbers}
    assert states == {numbers[0]: "packed", numbers[1]: "pending"}
