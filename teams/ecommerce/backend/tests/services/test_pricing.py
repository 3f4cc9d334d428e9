"""Coupons: one code is one coupon, in whatever case it is typed. Money: as people write it."""

import pytest


def test_a_code_that_differs_in_its_case_only_is_taken(rules):
    from django.db import IntegrityError

    rules.models.Coupon.objects.create(code="Ten", percent=10)

    with pytest.raises(IntegrityError, match="coupons_code_once"):
        rules.models.Coupon.objects.create(code="TEN", percent=20)


def test_staff_are_told_so_by_the_form(desk, rules):
    rules.models.Coupon.objects.create(code="Ten", percent=10)

    with pytest.raises(AssertionError, match="There is a coupon of this code"):
        desk("coupon", None, {"code": "TEN", "percent": 20, "minimum": 0}, "add/")

    assert rules.models.Coupon.objects.count() == 1


def test_a_code_counts_in_any_case_and_is_used_and_given_back_once(shop, rules, make_product, make_buyer, order):
    coupon = rules.models.Coupon.objects.create(code="Ten", percent=10, uses_left=1)
    buyer = make_buyer()

    placed = order(buyer, make_product(price=1_000).variants.get().id, coupon="tEN")
    coupon.refresh_from_db()
    assert (placed["discount"], coupon.uses_left) == (100, 0)
    rules.orders.cancel(shop, number=placed["number"], user=buyer.id)

    coupon.refresh_from_db()
    assert coupon.uses_left == 1


def test_codes_that_nobody_could_tell_apart_are_told_apart_by_the_migration(shop, rules):
    from django.core.management import call_command

    coupons = rules.models.Coupon.objects
    call_command("migrate", "ecommerce", "0002", verbosity=0)
    try:
        for code in ("Ten", "other", "TEN", "ten"):
            coupons.create(code=code, percent=10)
    finally:
        call_command("migrate", verbosity=0)

    assert list(coupons.order_by("id").values_list("code", flat=True)) == ["Ten", "other", "TEN-3", "ten-4"]


@pytest.mark.parametrize(
    ("minor", "currency", "said"),
    [
        (32_000, "KRW", "32,000 KRW"),
        (1_250, "USD", "12.50 USD"),
        (123_456_705, "USD", "1,234,567.05 USD"),
        (7, "USD", "0.07 USD"),
    ],
)
def test_money_is_said_as_people_write_it(rules, minor, currency, said):
    assert rules.pricing.said(minor, currency) == said


def test_a_mail_about_dollars_says_dollars(rules, make_product, make_buyer, order):
    placed = order(make_buyer(), make_product(price=6_050, currency="USD").variants.get().id)

    assert (placed["total"], placed["currency"]) == (6_050, "USD")
    assert rules.models.Mail.objects.get().body.splitlines()[1] == "60.50 USD"


def test_every_currency_that_has_a_fee_has_digits(rules):
    assert rules.pricing.DIGITS.keys() == rules.pricing.SHIPPING.keys()
