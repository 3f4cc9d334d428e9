"""What merchants and customers get of the stand-in."""

import asyncio
import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from teamkit.health import Health
from teamkit.signatures import HEADER, sign, verify

from .conftest import KEY, eventually


@pytest.fixture
def payment(ledger):
    found = str(uuid.uuid4())
    ledger.open(found, 12_300, "KRW", "261124-ABCDEFGH", "https://shop/webhook")
    return found


@pytest.fixture
def ask(settings, ledger):
    from stand_in.asgi import StandIn

    app = StandIn(settings, ledger, Health({}))

    def ask(method, path, body=b"", signature=""):
        said = []

        async def receive():
            return {"type": "http.request", "body": body}

        async def send(message):
            said.append(message)

        headers = [(HEADER.lower().encode(), signature.encode())]
        asyncio.run(app({"type": "http", "method": method, "path": path, "headers": headers}, receive, send))
        return said[0]["status"], said[1]["body"]

    return ask


def test_a_payment_is_decided_once_however_many_click(ledger, payment):
    with ThreadPoolExecutor(8) as pool:
        decided = list(pool.map(lambda _: ledger.decide(payment, "approved"), range(8)))

    assert sum(decided) == 1
    assert (ledger.get(payment)["status"], ledger.get(payment)["sequence"]) == ("approved", 1)
    assert len(ledger.take_due()) == 1


def test_opening_a_payment_again_changes_nothing(ledger, payment):
    ledger.decide(payment, "approved")

    again = ledger.open(payment, 1, "USD", "other", "https://other")

    assert (again["status"], again["amount"], again["currency"]) == ("approved", 12_300, "KRW")


def test_only_what_was_paid_is_refunded(ledger, payment):
    assert not ledger.decide(payment, "refunded")
    ledger.decide(payment, "approved")
    assert ledger.decide(payment, "refunded")
    assert ledger.get(payment)["sequence"] == 2


def test_a_late_delivery_is_not_due_yet_and_a_repeated_one_is_due_ten_times(ledger, payment, ask):
    other = str(uuid.uuid4())
    ledger.open(other, 1, "KRW", "x", "https://shop/webhook")

    ask("POST", f"/api/pay/{payment}", b"act=delay")
    ask("POST", f"/api/pay/{other}", b"act=repeat")

    assert [entry["news"]["payment"] for entry in ledger.take_due()] == [other] * 10


def test_a_stranger_opens_and_refunds_nothing(ask, payment, ledger):
    ledger.decide(payment, "approved")
    for signature in ("", sign("another key", b"{}")):
        assert ask("POST", f"/api/payments/{payment}/refund", b"{}", signature)[0] == 401
        assert ask("GET", f"/api/payments/{payment}", b"", signature)[0] == 401

    assert ask("POST", f"/api/payments/{payment}/refund", b"{}", sign(KEY, b"{}"))[0] == 200
    assert ledger.get(payment)["status"] == "refunded"


def test_the_page_shows_what_is_to_pay_and_escapes_what_merchants_say(ask, ledger, payment):
    bad = str(uuid.uuid4())
    ledger.open(bad, 1, "KRW", "<script>alert(1)</script>", "https://shop/webhook")

    status, page = ask("GET", f"/api/pay/{payment}")

    assert status == 200
    assert b"12,300 KRW" in page
    assert b"<script>" not in ask("GET", f"/api/pay/{bad}")[1]
    assert ask("POST", f"/api/pay/{payment}", b"act=steal")[0] == 422
    assert ask("GET", f"/api/pay/{uuid.uuid4()}")[0] == 404


def test_news_are_told_until_the_merchant_answers(settings, ledger, payment):
    from stand_in.deliveries import Deliveries

    heard = []

    class Merchant(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append((verify(KEY, body, self.headers[HEADER]), json.loads(body)))
            self.send_response(500 if len(heard) == 1 else 200)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Merchant) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        due = str(uuid.uuid4())
        ledger.open(due, 1, "KRW", "x", f"http://127.0.0.1:{server.server_port}/")
        ledger.decide(due, "approved")
        deliveries = Deliveries(ledger, settings)

        def told_twice():
            deliveries.deliver_due()
            return len(heard) == 2

        eventually(told_twice)
        server.shutdown()

    assert [known for known, _ in heard] == [True, True]
    assert heard[0][1] == {"payment": due, "status": "approved", "sequence": 1, "amount": 1, "currency": "KRW"}
