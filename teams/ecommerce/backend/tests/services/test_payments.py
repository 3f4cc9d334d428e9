"""Payments whose provider is slow, silent, repeats itself, or is believed too late."""

import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest


@dataclass
class FakeProvider:
    """The world outside: what it knows of each payment, and what it was asked."""

    known: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)
    down: bool = False

    def _answer(self, act, payment):
        from ecommerce.errors import ProviderDown

        self.asked.append((act, payment))
        if self.down:
            raise ProviderDown
        return dict(self.known[payment])

    def open(self, payment, amount, currency, order):
        self.known.setdefault(payment, {"status": "created", "sequence": 0, "amount": amount, "currency": currency})
        return self._answer("open", payment)

    def get(self, payment):
        return self._answer("get", payment)

    def refund(self, payment):
        self.known[payment] |= {"status": "refunded", "sequence": 2}
        return self._answer("refund", payment)

    def page(self, payment):
        return f"https://pay/{payment}"

    def approve(self, payment):
        """The customer pays, and the shop does not hear of it."""
        self.known[payment] |= {"status": "approved", "sequence": 1}


@pytest.fixture
def provider():
    return FakeProvider()


@pytest.fixture
def bought(order, make_buyer, make_product):
    """A buyer, their pending order's number, and what they bought."""
    buyer, variant = make_buyer(), make_product(stock=5).variants.get()
    return buyer, order(buyer, variant.id, 2)["number"], variant


@pytest.fixture
def quiet(rules):
    """As if a minute had passed since each payment was begun."""
    from django.utils.timezone import now, timedelta

    return lambda: rules.models.Payment.objects.update(created_at=now() - timedelta(minutes=1))


def test_asking_for_a_payment_again_gives_the_same_one(rules, provider, bought):
    buyer, number, _ = bought

    first, url = rules.payments.start(provider, number=number, user=buyer.id)
    second, _ = rules.payments.start(provider, number=number, user=buyer.id)

    assert first.id == second.id
    assert url == f"https://pay/{first.id}"


def test_a_payment_of_which_nobody_told_us_is_found_by_asking_and_counts_once(shop, rules, provider, bought, quiet):
    buyer, number, variant = bought
    payment, _ = rules.payments.start(provider, number=number, user=buyer.id)
    provider.approve(payment.id)
    quiet()

    news = [rules.payments.reconcile(shop, provider) for _ in range(3)]

    assert news == [1, 0, 0]
    assert rules.orders.get(number=number, user=buyer.id).state == "paid"
    variant.refresh_from_db()
    assert (variant.stock, variant.reserved, variant.sold) == (3, 0, 2)


def test_a_provider_that_is_down_stops_nothing(shop, rules, provider, bought, quiet):
    buyer, number, _ = bought
    payment, _ = rules.payments.start(provider, number=number, user=buyer.id)
    provider.down = True
    quiet()

    assert rules.payments.reconcile(shop, provider) == 0

    provider.down = False
    provider.approve(payment.id)
    assert rules.payments.reconcile(shop, provider) == 1


def test_money_that_comes_after_the_order_has_expired_is_given_back(shop, rules, provider, bought, quiet):
    buyer, number, variant = bought
    payment, _ = rules.payments.start(provider, number=number, user=buyer.id)
    rules.models.Order.objects.update(expires_at="2020-01-01T00:00:00Z")
    rules.orders.expire_due(shop)
    provider.approve(payment.id)
    quiet()

    rules.payments.reconcile(shop, provider)
    rules.payments.reconcile(shop, provider)

    payment.refresh_from_db()
    variant.refresh_from_db()
    assert (payment.status, payment.refund_due) == ("refunded", False)
    assert [act for act, _ in provider.asked].count("refund") == 1
    assert (variant.stock, variant.sold) == (5, 0)


def test_a_refund_by_staff_puts_the_stock_back_and_the_money(shop, rules, provider, bought):
    buyer, number, variant = bought
    payment, _ = rules.payments.start(provider, number=number, user=buyer.id)
    news = {"status": "approved", "sequence": 1, "amount": payment.amount, "currency": "KRW"}
    provider.approve(payment.id)
    rules.payments.apply(shop, payment_id=payment.id, **news)

    rules.orders.move(shop, number=number, to="refunded")
    rules.payments.reconcile(shop, provider)

    payment.refresh_from_db()
    variant.refresh_from_db()
    assert (payment.status, payment.refund_due) == ("refunded", False)
    assert (variant.stock, variant.sold) == (5, 0)


def test_news_of_an_unknown_payment_are_refused(shop, rules):
    with pytest.raises(rules.errors.PaymentNotFound):
        rules.payments.apply(shop, payment_id=uuid.uuid4(), status="approved", sequence=1, amount=1, currency="KRW")


def test_each_mail_is_sent_once_by_workers_that_send_at_once(shop, rules, bought):
    from .test_orders import at_once

    buyer, number, _ = bought
    rules.orders.cancel(shop, number=number, user=buyer.id)

    sent = at_once(lambda _: rules.mails.send(), range(6), threads=6)

    assert sum(sent) == 2
    assert [mail.kind for mail in rules.mails.box(buyer.id)] == ["cancelled", "pending"]


@pytest.fixture
def dies_after_its_commit(monkeypatch):
    """Within the block the process is killed each time it has committed: nothing is told, nobody is answered."""
    from django.db import transaction

    @contextmanager
    def dying():
        with monkeypatch.context() as life:
            life.setattr(transaction, "on_commit", lambda work: None)
            yield

    return dying


def told(shop, topic):
    return [event[b"type"].decode() for _, event in shop.redis.xrange(shop.events.stream(topic))]


def test_news_that_are_repeated_are_told_to_the_page_that_may_have_heard_nothing(
    shop, rules, provider, bought, dies_after_its_commit
):
    buyer, number, _ = bought
    order = rules.orders.get(number=number, user=None)
    payment, _ = rules.payments.start(provider, number=number, user=buyer.id)
    news = {"payment_id": payment.id, "sequence": 1, "amount": payment.amount, "currency": payment.currency}
    topic = f"order:{order.id}"
    shop.redis.delete(shop.events.stream(topic))
    with dies_after_its_commit():
        rules.payments.apply(shop, status="approved", **news)
    assert told(shop, topic) == []

    again = rules.payments.apply(shop, status="approved", **news)

    assert again is False
    assert told(shop, topic) == ["order.moved"]
    assert rules.models.Mail.objects.filter(kind="paid").count() == 1


def test_a_checkout_that_is_repeated_makes_good_what_the_cache_was_not_told(
    shop, rules, make_buyer, make_product, checkout, visitor, dies_after_its_commit
):
    buyer, product = make_buyer(), make_product(stock=1)
    variant = product.variants.get()
    rules.carts.put(rules.carts.of_user(buyer.id), variant_id=variant.id, quantity=1)

    def shown():
        (listed,) = visitor("GET", "/api/products").json["products"]
        return listed["inStock"], visitor("GET", f"/api/products/{product.slug}").json["product"]["variants"][0][
            "stock"
        ]

    assert shown() == (True, 1)
    with dies_after_its_commit():
        checkout(buyer, "the same key")

    checkout(buyer, "the same key")

    assert shown() == (False, 0)
    assert told(shop, f"product:{product.id}")[-1] == "variant.changed"
