"""What the shop has sold it has sold once, and its shelf adds up, whichever node dies."""

import random
import ssl
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from ops.swarm import deploy
from ops.swarm.deploy import Deployed
from ops.swarm.inside import Inside
from tests.journeys.ecommerce.conftest import Customer
from tests.journeys.people import new_name
from tests.journeys.waiting import until
from tests.swarm.labs import dead, mortal

STOCK, BUYERS = 40, 60
# So many are in the shop at the same time; half of these have their answer when the node dies.
VISITORS = 10
# A node that is dead must be found dead, and what it ran be started elsewhere.
PATIENCE_SECONDS = 90.0


class AnyNode(httpx.BaseTransport):
    """Goes to one node's edge, and to the next where nobody listens, as a browser does with several A records."""

    def __init__(self, deployed: Deployed) -> None:
        tls = ssl.create_default_context(cafile=str(deployed.secrets / "ca.crt"))
        self.ports = [node.port for node in deployed.lab.nodes()]
        random.shuffle(self.ports)
        self.inner = httpx.HTTPTransport(verify=tls)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        for _ in self.ports[1:]:
            request.url = request.url.copy_with(port=self.ports[0])
            try:
                return self.inner.handle_request(request)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                self.ports.append(self.ports.pop(0))
        request.url = request.url.copy_with(port=self.ports[0])
        return self.inner.handle_request(request)

    def close(self) -> None:
        self.inner.close()


@pytest.fixture
def sign_up(shop: Deployed) -> Iterator[Callable[[], Customer]]:
    with ExitStack() as opened:

        def make() -> Customer:
            timeout = httpx.Timeout(10, connect=1)
            http = httpx.Client(base_url="https://localhost", transport=AnyNode(shop), timeout=timeout)
            customer = Customer(new_name("swarm"), opened.enter_context(http))
            customer.open_account()
            customer.move_in()
            return customer

        yield make


def insist(act: Callable[[], httpx.Response]) -> httpx.Response:
    """The shop's own answer: whoever hears nothing, or that it is too busy, sends the same again."""

    def once() -> httpx.Response | None:
        try:
            answer = act()
        except httpx.TransportError:
            answer = None
        if answer is not None and answer.status_code < 500:
            return answer
        time.sleep(0.5)
        return None

    return until(once, PATIENCE_SECONDS)


def buy(buyer: Customer, variant: int) -> httpx.Response:
    """Put one into the cart and order it, with one key however often it is sent."""
    key = uuid.uuid4().hex
    line = insist(lambda: buyer.http.put(f"/api/cart/lines/{variant}", json={"quantity": 1}))
    assert line.status_code == 200, line.text
    return insist(lambda: buyer.send_order(key))


def pay(buyer: Customer, number: str) -> None:
    """Pay, and look whether it has arrived; again while it has not."""

    def paid() -> bool:
        order = insist(lambda: buyer.http.get(f"/api/orders/{number}")).json()["order"]
        if order["state"] == "pending":
            opened = insist(lambda: buyer.http.post(f"/api/orders/{number}/payment"))
            if opened.is_success:
                page = httpx.URL(opened.json()["payment"]["url"])
                headers = {"Host": page.netloc.decode()}
                insist(lambda: buyer.http.post(page.path, data={"act": "approve"}, headers=headers))
            time.sleep(1)
        return bool(order["state"] == "paid")

    until(paid, PATIENCE_SECONDS)


def test_60_buyers_of_40_pieces_get_40_orders_though_a_node_dies(
    shop: Deployed, sign_up: Callable[[], Customer]
) -> None:
    inside = Inside(shop)
    staff = sign_up()
    inside.exec("ecommerce-api", "python3", "-m", "ecommerce.promote", staff.email)
    variant = staff.sell(stock=STOCK)["variants"][0]["id"]
    deploy.level(shop)
    with ThreadPoolExecutor(2) as pool:
        buyers = list(pool.map(lambda _: sign_up(), range(BUYERS)))
    dying = mortal(shop, "ecommerce-api")
    served, broken = threading.Semaphore(0), threading.Event()

    def visit(buyer: Customer) -> httpx.Response:
        answer = buy(buyer, variant)
        served.release()
        # Every second one who got a piece pays for it.
        if answer.is_success and buyers.index(buyer) % 2:
            pay(buyer, answer.json()["order"]["number"])
        # The rest of the crowd comes when it has happened.
        broken.wait(60)
        return answer

    with ThreadPoolExecutor(VISITORS) as pool:
        visits = [pool.submit(visit, buyer) for buyer in buyers]
        for _ in range(VISITORS // 2):
            assert served.acquire(timeout=PATIENCE_SECONDS)
        with dead(shop, dying):
            broken.set()
            answers = [one.result() for one in visits]

    assert Counter(one.status_code for one in answers) == {201: STOCK, 409: BUYERS - STOCK}
    assert {one.json()["code"] for one in answers if one.status_code == 409} == {"out_of_stock"}
    orders: list[list[dict[str, Any]]] = [buyer.call("GET", "/api/orders")["orders"] for buyer in buyers]
    told = [[one.json()["order"]["number"]] if one.is_success else [] for one in answers]
    assert [[order["number"] for order in ordered] for ordered in orders] == told
    states = Counter(order["state"] for ordered in orders for order in ordered)
    paid = sum(one.is_success for one in answers[1::2])
    assert states == Counter(paid=paid, pending=STOCK - paid)
    shelf = inside.psql("ecommerce", f"SELECT stock, reserved, sold FROM variants WHERE id = {variant}")
    assert shelf == f"0|{STOCK - paid}|{paid}"
