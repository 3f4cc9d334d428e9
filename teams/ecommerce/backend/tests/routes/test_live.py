"""Streams: whoever may listen hears what happens, and nothing of the process is used up by waiting."""

import asyncio

import pytest

from ..conftest import Reply


async def until(condition):
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


@pytest.fixture
def ending(shop):
    """Lets the streams of a test end, as the process' end does."""
    yield shop.events.end
    shop.events.ending = False


def test_a_products_page_hears_of_a_sale_and_holds_no_connection(
    shop, rules, visitor, make_product, make_buyer, order, ending
):
    from django.db import connection

    product, buyer = make_product(stock=5), make_buyer()
    variant = product.variants.get()
    reply = Reply()

    async def listen():
        sending = asyncio.create_task(visitor.send("GET", f"/api/products/{product.slug}/stream", reply=reply))
        await until(lambda: reply.body)
        await asyncio.to_thread(sell)
        await until(lambda: b"variant.changed" in reply.body)
        ending()
        await sending

    def sell():
        order(buyer, variant.id, 2)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'")
            assert cursor.fetchone()[0] == 0
        connection.close()

    asyncio.run(listen())

    assert reply.headers["content-type"] == "text/event-stream"
    assert b'"stock":3' in reply.body
    assert shop.places._value == shop.settings.streams_per_process


def test_an_orders_stream_is_its_owners_alone(rules, owner, sign_up, visitor, make_product):
    from .test_shopping import ADDRESS

    variant = make_product().variants.get()
    owner("PUT", f"/api/cart/lines/{variant.id}", {"quantity": 1})
    address = owner("POST", "/api/user/addresses", ADDRESS).json["address"]["id"]
    number = owner("POST", "/api/orders", {"addressId": address}, idempotency_key="12345678").json["order"]["number"]

    assert sign_up("other")("GET", f"/api/orders/{number}/stream").json["code"] == "order_not_found"
    assert visitor("GET", f"/api/orders/{number}/stream").status == 401
    assert visitor("GET", "/api/products/nothing/stream").json["code"] == "product_not_found"
