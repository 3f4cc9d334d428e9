"""What the shop promises while 200 buy at once, messages come twice and in disorder, and its containers are killed."""

import json
import os
import random
import signal
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import redis
from playwright.sync_api import Page, expect

from ops.stack import Stack
from teamkit.signatures import HEADER, sign
from teamkit.tokens import Tokens
from tests.journeys.ecommerce.conftest import Customer
from tests.journeys.fuzzing import fuzz
from tests.journeys.listening import listen
from tests.journeys.people import new_name
from tests.journeys.waiting import until

REPLICAS = 3

SignUp = Callable[[], Customer]
Database = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture(scope="module", autouse=True)
def replicas(stack: Stack) -> Iterator[None]:
    """The API three times over; whoever comes after these tests finds it once again."""

    def scale(number: int) -> None:
        words = ("up", "--detach", "--no-build", "--no-recreate", "--scale", f"ecommerce-api={number}", "ecommerce-api")
        stack.compose(*words)
        until(lambda: len(stack.containers("ecommerce-api")) == number and stack.healthy(), 60)

    scale(REPLICAS)
    yield
    scale(1)


def connect(stack: Stack) -> Database:
    """The shop's own database, as the shop itself sees it."""
    return psycopg.connect(
        host="postgres",
        hostaddr=stack.address("postgres"),
        dbname="ecommerce",
        user="ecommerce",
        password=(stack.secrets_dir / "ecommerce" / "postgres_password").read_text().strip(),
        sslmode="verify-full",
        sslrootcert=str(stack.ca),
        autocommit=True,
    )


@pytest.fixture
def database(stack: Stack) -> Iterator[Database]:
    with connect(stack) as connection:
        yield connection


def value(database: Database, sql: str, *parameters: object) -> Any:
    """The first column of the first row."""
    row = database.execute(sql, parameters).fetchone()
    return row and row[0]


def at_once(work: Callable[[Any], Any], arguments: list[Any], threads: int) -> list[Any]:
    """What `work` gives for each of the arguments; `threads` of them begin at the same moment."""
    gate = threading.Barrier(threads)

    def one(numbered: tuple[int, Any]) -> Any:
        number, argument = numbered
        if number < threads:
            gate.wait()
        return work(argument)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, enumerate(arguments)))


def crowd(client: Callable[[], httpx.Client], database: Database, stack: Stack, number: int) -> list[Customer]:
    """So many customers with an address. Not by signing up: 200 passwords would be 20 s of work."""
    key = (stack.secrets_dir / "ecommerce" / "jwt_key").read_text().strip()
    tokens = Tokens(key, "ecommerce", redis.Redis(), "")

    def make(_: object) -> Customer:
        customer = Customer(new_name("buyer"), client())
        made = """INSERT INTO users (email, name, password, is_staff, is_superuser, is_active, created_at)
                  VALUES (%s, %s, '!', false, false, true, now()) RETURNING id"""
        customer.take(tokens.access(str(value(database, made, customer.email, customer.name))), "")
        customer.move_in()
        return customer

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(make, range(number)))


def insist(customer: Customer) -> httpx.Response:
    """An answer from the shop: who gets the edge's own, since all replicas were too busy, tries again with the key."""
    key = uuid.uuid4().hex
    return until(lambda: (answer := customer.send_order(key)).status_code < 500 and answer)


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["code"]


def test_200_buyers_of_50_pieces_get_50_orders_and_150_refusals_from_three_replicas(
    staff: Customer, stack: Stack, client: Callable[[], httpx.Client], database: Database
) -> None:
    product = staff.sell(stock=50)
    variant = product["variants"][0]["id"]
    buyers = crowd(client, database, stack, 200)
    for buyer in buyers:
        buyer.put(variant)
    counts: list[tuple[int, int, int]] = []
    shown: list[int] = []
    sold_out = threading.Event()

    def watch_shelf() -> None:
        with connect(stack) as database:
            while not sold_out.is_set():
                sql = "SELECT stock, reserved, sold FROM variants WHERE id = %s"
                counts.extend(database.execute(sql, (variant,)).fetchall())

    def watch_page(http: httpx.Client) -> None:
        while not sold_out.is_set():
            shown.append(http.get(f"/api/products/{product['slug']}").json()["product"]["variants"][0]["stock"])

    watchers = [threading.Thread(target=watch_shelf), threading.Thread(target=watch_page, args=(client(),))]
    for watcher in watchers:
        watcher.start()
    answers = at_once(insist, buyers, len(buyers))
    # Half of those who got one pay at once, and the counts go on to add up.
    orders = [
        (buyer, answer.json()["order"]) for buyer, answer in zip(buyers, answers, strict=True) if answer.is_success
    ]
    for buyer, order in orders[:25]:
        buyer.pay(order["number"])
    states = until(
        lambda: (
            (found := Counter(buyer.see(order["number"])["state"] for buyer, order in orders))["paid"] >= 25 and found
        )
    )
    sold_out.set()
    for watcher in watchers:
        watcher.join()

    assert Counter(answer.status_code for answer in answers) == {201: 50, 409: 150}
    refusals = [answer for answer in answers if answer.status_code == 409]
    assert {problem(answer) for answer in refusals} == {(409, "out_of_stock")}
    assert states == {"paid": 25, "pending": 25}
    assert counts[-1] == (0, 25, 25)
    assert len(set(counts)) > 10, "nobody looked while it went on"
    assert all(sum(count) == 50 and min(count) >= 0 for count in counts)
    # What is left only ever shrinks, whichever replica and cache answers.
    assert shown == sorted(shown, reverse=True)
    assert shown[-1] == 0
    answered = [json.loads(line) for line in stack.logs("nginx").splitlines() if '"path":"/api/orders"' in line]
    # The last one named answered; one that was too busy stands before it.
    assert len({line["upstream"].split(", ")[-1] for line in answered if line["status"] in (201, 409)}) == REPLICAS


def test_one_checkout_sent_20_times_at_once_is_one_order_with_20_equal_answers(
    sign_up: SignUp, staff: Customer, database: Database
) -> None:
    variant = staff.sell(stock=9)["variants"][0]["id"]
    customer = sign_up()
    customer.put(variant, 2)
    key = uuid.uuid4().hex

    answers = at_once(lambda _: customer.send_order(key), list(range(20)), 20)
    reused = customer.send_order(key, expectedTotal=1)

    assert {(answer.status_code, answer.text) for answer in answers} == {(201, answers[0].text)}
    assert problem(reused) == (409, "idempotency_key_reused")
    assert len(customer.call("GET", "/api/orders")["orders"]) == 1
    assert value(database, "SELECT (stock, reserved) = (7, 2) FROM variants WHERE id = %s", variant)


def news(stack: Stack, payment: str, status: str, sequence: int, order: dict[str, Any]) -> dict[str, Any]:
    """A webhook, signed as the provider signs."""
    told = {"payment": payment, "status": status, "sequence": sequence, "amount": order["total"], "currency": "KRW"}
    key = (stack.secrets_dir / "ecommerce" / "payment_key").read_text().strip()
    body = json.dumps(told).encode()
    return {"content": body, "headers": {"Content-Type": "application/json", HEADER: sign(key, body)}}


@pytest.fixture
def opened(sign_up: SignUp, staff: Customer) -> tuple[Customer, dict[str, Any], str, int]:
    """A customer, their pending order, its open payment of which the provider says nothing, and the variant."""
    variant = staff.sell(stock=5)["variants"][0]["id"]
    customer = sign_up()
    order = customer.order(variant, 2)
    payment = customer.open_payment(order["number"])["id"]
    return customer, order, payment, variant


def test_news_told_ten_times_and_in_any_order_moves_the_order_once_each(
    opened: tuple[Customer, dict[str, Any], str, int], stack: Stack, database: Database
) -> None:
    customer, order, payment, variant = opened
    paid = [news(stack, payment, "approved", 1, order)] * 10
    both = paid + [news(stack, payment, "refunded", 2, order)] * 10
    random.Random(1).shuffle(both)

    def tell(message: dict[str, Any]) -> bool:
        return bool(customer.call("POST", "/api/payments/webhook", **message)["applied"])

    first = at_once(tell, paid, 10)
    second = at_once(tell, both, 20)

    assert (sum(first), sum(second)) == (1, 1)
    history = [move["state"] for move in customer.see(order["number"])["history"]]
    assert history == ["pending", "paid", "refunded"]
    assert value(database, "SELECT (stock, reserved, sold) = (5, 0, 0) FROM variants WHERE id = %s", variant)


def test_a_refund_that_overtakes_its_payment_leaves_the_order_unpaid(
    opened: tuple[Customer, dict[str, Any], str, int], stack: Stack
) -> None:
    customer, order, payment, _ = opened

    for status, sequence, applied in [("refunded", 2, True), ("approved", 1, False)]:
        told = customer.call("POST", "/api/payments/webhook", **news(stack, payment, status, sequence, order))
        assert told["applied"] is applied

    assert [move["state"] for move in customer.see(order["number"])["history"]] == ["pending"]


def test_news_with_a_forged_or_stale_signature_changes_nothing(
    opened: tuple[Customer, dict[str, Any], str, int], stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer, order, payment, _ = opened
    honest = news(stack, payment, "approved", 1, order)
    forged = sign("another key", honest["content"])
    with monkeypatch.context() as yesterday:
        moment = time.time() - 86_400
        yesterday.setattr(time, "time", lambda: moment)
        stale = news(stack, payment, "approved", 1, order)["headers"][HEADER]

    for signature in ("", forged, stale, honest["headers"][HEADER][:-1]):
        answer = customer.http.post(
            "/api/payments/webhook",
            content=honest["content"],
            headers={"Content-Type": "application/json", HEADER: signature},
        )
        assert problem(answer) == (401, "signature_wrong")

    assert customer.see(order["number"])["state"] == "pending"


@contextmanager
def locked(stack: Stack, sql: str, *parameters: object) -> Iterator[None]:
    """Somebody else's transaction holds what `sql` locks, until the block ends."""
    with connect(stack) as other, other.transaction():
        other.execute(sql, parameters)
        yield


def waiting(database: Database, application: str) -> str:
    """The address of the container that waits for a lock in the middle of its transaction; "" if none does."""
    sql = """SELECT host(client_addr) FROM pg_stat_activity
             WHERE application_name = %s AND wait_event_type = 'Lock' ORDER BY xact_start LIMIT 1"""
    return value(database, sql, application) or ""


def kill(stack: Stack, service: str, address: str) -> None:
    """SIGKILL to the container with this address: no time to finish anything, as when a machine dies."""
    for one in stack.containers(service):
        if address in {network["IPAddress"] for network in one["NetworkSettings"]["Networks"].values()}:
            os.kill(one["State"]["Pid"], signal.SIGKILL)
            return
    raise AssertionError(f"no container of {service} has the address {address}")


@contextmanager
def paused(stack: Stack, service: str) -> Iterator[None]:
    """The service stands still for the block, and knows nothing of it afterwards."""
    stack.compose("pause", service)
    try:
        yield
    finally:
        stack.compose("unpause", service)


@contextmanager
def api_killed(stack: Stack, database: Database, row: str, parameter: object, committed: str = "") -> Iterator[None]:
    """Kills the API that the block sets to work on a row: while it waits for that row or, when the query `committed`
    is true, after it has committed. Without Redis it can then tell nobody, and not answer either."""
    with ExitStack() as silence:
        with locked(stack, row, parameter):
            yield
            address = until(lambda: waiting(database, "ecommerce-api"))
            if committed:
                silence.enter_context(paused(stack, "redis"))
            else:
                kill(stack, "ecommerce-api", address)
        if committed:
            until(lambda: value(database, committed, parameter))
            kill(stack, "ecommerce-api", address)


def recovered(stack: Stack) -> bool:
    return len(stack.containers("ecommerce-api")) == REPLICAS and stack.healthy()


@pytest.mark.parametrize(
    "committed",
    ["", "SELECT state = 'paid' FROM orders WHERE number = %s"],
    ids=["before the money is noted", "when it is noted"],
)
def test_an_api_killed_between_payment_and_answer_has_the_order_paid_once(
    committed: str,
    sign_up: SignUp,
    staff: Customer,
    stack: Stack,
    client: Callable[[], httpx.Client],
    database: Database,
    browse: Callable[..., Page],
) -> None:
    variant = staff.sell(stock=5)["variants"][0]["id"]
    customer = sign_up()
    number = customer.order(variant, 2)["number"]
    payment = customer.open_payment(number)
    page = browse(customer)
    page.goto(f"/orders/{number}")
    expect(page.get_by_text("This page follows the order by itself")).to_be_visible()
    page.evaluate("window.stayed = true")

    with api_killed(stack, database, "SELECT 1 FROM orders WHERE number = %s FOR UPDATE", number, committed):
        customer.press(payment["url"], "approve")

    # The customer, who has heard nothing, looks again, and clicks again.
    until(lambda: recovered(stack), 60)
    until(lambda: customer.see(number)["state"] == "paid", 60)
    again = customer.http.post(f"/api/orders/{number}/payment")
    assert problem(again) == (409, "illegal_move")
    assert [move["state"] for move in customer.see(number)["history"]] == ["pending", "paid"]
    # One payment, approved once: whatever was told again was known by its number.
    rows = database.execute(
        """SELECT p.id::text, p.status, p.sequence, p.refund_due FROM payments p JOIN orders o ON o.id = p.order_id
           WHERE o.number = %s""",
        (number,),
    ).fetchall()
    assert rows == [(payment["id"], "approved", 1, False)]
    assert value(database, "SELECT (stock, reserved, sold) = (3, 0, 2) FROM variants WHERE id = %s", variant)
    mails = until(lambda: len(found := customer.call("GET", "/api/user/mails")["mails"]) >= 2 and found)
    assert sorted(mail["kind"] for mail in mails) == ["paid", "pending"]
    # The page that was open all the while has found out, whichever replica it listened to.
    expect(page.locator(".order-head [data-state=paid]")).to_be_visible(timeout=60_000)
    assert page.evaluate("window.stayed"), "the page was loaded again"
    # A page that is opened now hears what it missed, or finds it when it asks.
    heard = listen(client(), f"/api/orders/{number}/stream", customer)
    staff.call("POST", f"/api/staff/orders/{number}/moves", json={"to": "packed"})
    assert heard.get(timeout=10)[1]["state"] == "packed"


def test_a_checkout_whose_answer_was_lost_is_sent_again_and_orders_once(
    sign_up: SignUp, staff: Customer, stack: Stack, database: Database
) -> None:
    variant = staff.sell(stock=5)["variants"][0]["id"]
    customer, key = sign_up(), uuid.uuid4().hex
    customer.put(variant, 2)
    lost: list[httpx.Response] = []
    sending = threading.Thread(target=lambda: lost.append(customer.send_order(key)))

    row, committed = (
        "SELECT 1 FROM variants WHERE id = %s FOR UPDATE",
        "SELECT reserved = 2 FROM variants WHERE id = %s",
    )
    with api_killed(stack, database, row, variant, committed):
        sending.start()
    sending.join()
    until(lambda: recovered(stack), 60)
    answers = [customer.send_order(key) for _ in range(2)]

    # The edge asks no other replica: what was sent may have been done.
    assert problem(lost[0]) == (502, "service_down")
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].text == answers[1].text
    assert len(customer.call("GET", "/api/orders")["orders"]) == 1
    assert value(database, "SELECT (stock, reserved) = (3, 2) FROM variants WHERE id = %s", variant)


def test_a_worker_killed_in_the_middle_of_its_mails_sends_each_once(
    sign_up: SignUp, staff: Customer, stack: Stack, database: Database
) -> None:
    variant = staff.sell(stock=100)["variants"][0]["id"]
    customer = sign_up()
    sent = "SELECT count(*) FROM mails m JOIN users u ON u.id = m.user_id WHERE u.email = %s AND m.sent_at IS NOT NULL"
    first = [customer.order(variant)["number"] for _ in range(5)]
    until(lambda: value(database, sent, customer.email) == 5)
    before = customer.call("GET", "/api/user/mails")["mails"]

    with paused(stack, "ecommerce-worker"):
        second = [customer.order(variant)["number"] for _ in range(20)]
        # Against whoever updates: the worker chooses its rows, and waits to write that they are sent.
        halt = ExitStack()
        halt.enter_context(locked(stack, "LOCK TABLE mails IN SHARE MODE"))
    with halt:
        kill(stack, "ecommerce-worker", until(lambda: waiting(database, "ecommerce-worker")))
    until(lambda: value(database, sent, customer.email) == 25, 60)

    mails = customer.call("GET", "/api/user/mails")["mails"]
    assert Counter(mail["order"] for mail in mails) == dict.fromkeys(first + second, 1)
    assert mails[-5:] == before


def test_schemathesis_finds_no_5xx_and_no_undocumented_status(stack: Stack, staff: Customer, tmp_path: Path) -> None:
    found = fuzz(stack, staff, tmp_path)

    assert not found, found
