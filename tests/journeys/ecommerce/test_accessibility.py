"""axe finds nothing on any page, in both languages; nothing is wider than the smallest screen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.barriers import assert_no_barriers
from tests.journeys.ecommerce.conftest import Customer

Browse = Callable[..., Page]
SignUp = Callable[[], Customer]

# What each page shows when it is there, and who looks at it.
PAGES = {
    "/": (".product-card", None),
    "/category/journeys": (".product-card", None),
    "/search?q=nothing-of-that-kind": (".notice", None),
    "/product/{slug}": (".buy", None),
    "/product/no-such-product": ("main h1", None),
    "/cart": (".cart-line", "customer"),
    "/checkout": (".address-choice", "customer"),
    "/orders": (".order-row", "customer"),
    "/orders/{number}": (".timeline", "customer"),
    "/mailbox": ("main h1", "customer"),
    "/account": (".address-list", "customer"),
    "/login": ("[name=password]", None),
    "/register": ("[name=name]", None),
    "/staff/orders": (".staff-table", "staff"),
    "/staff/products": (".staff-products", "staff"),
    "/staff/products/{slug}": (".variant-forms", "staff"),
    "/no/such/page": ("main h1", None),
}


@pytest.mark.parametrize("language", ["en-US", "ko-KR"])
@pytest.mark.parametrize("path", PAGES)
def test_everybody_can_use(path: str, language: str, browse: Browse, sign_up: SignUp, staff: Customer) -> None:
    product = staff.sell(9)
    customer = sign_up()
    number = customer.order(product["variants"][0]["id"])["number"]
    customer.put(product["variants"][0]["id"])
    shows, who = PAGES[path]
    page = browse({"customer": customer, "staff": staff}[who] if who else None, locale=language)

    page.goto(path.format(slug=product["slug"], number=number))
    expect(page.locator(shows).first).to_be_visible()

    assert_no_barriers(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_by_keyboard_alone_one_reaches_a_product(browse: Browse, staff: Customer) -> None:
    product = staff.sell(9, title="Reached by keyboard")
    page = browse()
    page.goto("/")
    link = page.get_by_role("link", name=product["title"])
    expect(link).to_be_visible()

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    link.press("Enter")

    expect(page.get_by_role("heading", level=1, name=product["title"])).to_be_visible()
    expect(page.locator("main:focus, main :focus")).to_have_count(1)
