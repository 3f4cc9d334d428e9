"""Nothing that somebody wrote ever runs as a program, wherever the shop shows it."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from ops.stack import Stack
from tests.journeys.alarms import PAYLOADS, Alarms
from tests.journeys.ecommerce.conftest import ADDRESS, Customer
from tests.journeys.people import PASSWORD

Browse = Callable[..., Page]
SignUp = Callable[[], Customer]


def test_products_of_payloads_are_only_text(browse: Browse, staff: Customer) -> None:
    alarms = Alarms(browse(staff))
    everything = "\n\n".join(PAYLOADS)
    made = [staff.sell(3, title=f"{payload[:190]} {number}") for number, payload in enumerate(PAYLOADS)]
    slug = made[0]["slug"]
    staff.call("PUT", f"/api/products/{slug}", json={"description": everything})
    variant = {"sku": "hostile", "name": PAYLOADS[2][:100], "price": 1, "stock": 1}
    staff.call("POST", f"/api/products/{slug}/variants", 201, json=variant)

    for path, shows in {
        "/": ".product-card",
        "/category/journeys": ".product-card",
        f"/product/{quote(slug)}": ".buy",
        "/staff/products": ".staff-products",
        f"/staff/products/{quote(slug)}": ".variant-forms",
    }.items():
        alarms.look(path, shows)


def test_orders_names_and_addresses_of_payloads_are_only_text(browse: Browse, staff: Customer, sign_up: SignUp) -> None:
    villain = sign_up()
    product = staff.sell(9, title=PAYLOADS[4])
    address = {
        **ADDRESS,
        "recipient": PAYLOADS[2],
        "street": PAYLOADS[0],
        "city": PAYLOADS[7],
        "phone": PAYLOADS[-2][:30],
    }
    villain.address = villain.call("POST", "/api/user/addresses", 201, json=address)["address"]["id"]
    number = villain.order(product["variants"][0]["id"])["number"]
    villain.put(product["variants"][0]["id"])
    alarms = Alarms(browse(villain))

    for path, shows in {
        "/cart": ".cart-line",
        "/checkout": ".address-choice",
        "/orders": ".order-row",
        f"/orders/{number}": ".timeline",
        "/mailbox": "main h1",
        "/account": ".address-list",
    }.items():
        alarms.look(path, shows)
    Alarms(browse(staff)).look("/staff/orders", ".staff-table")


def test_a_search_for_payloads_is_only_text(browse: Browse) -> None:
    alarms = Alarms(browse())
    for payload in PAYLOADS[:12]:
        alarms.look(f"/search?q={quote(payload, safe='')}", "main [type=search]")
        expect(alarms.page.locator("main [type=search]")).to_have_value(payload)
        alarms.search()


@pytest.mark.parametrize("kept", PAYLOADS[:4])
def test_what_somebody_put_into_the_browsers_storage_is_only_text(kept: str, browse: Browse) -> None:
    page = browse()
    alarms = Alarms(page)
    page.goto("/login")
    page.evaluate(
        "kept => ['shop.cart', 'shop.coupon', 'shop.checkout'].forEach(key => localStorage[key] = kept)", kept
    )

    alarms.look("/cart", "main h1")


@pytest.mark.parametrize("path", ["/login?next=javascript:alert(1)", "/login?next=//elsewhere.example/"])
def test_an_address_that_somebody_sent_leads_nowhere_else(
    path: str, browse: Browse, sign_up: SignUp, stack: Stack
) -> None:
    customer = sign_up()
    page = browse()
    alarms = Alarms(page)
    page.goto(path)
    page.locator("[name=email]").fill(customer.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("nav").get_by_role("link", name=customer.name)).to_be_visible()

    alarms.search()
    assert page.url.startswith(f"{stack.url}/")
