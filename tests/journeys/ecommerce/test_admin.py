"""Django's admin behind the edge, on whichever port that is, in a real browser."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from ops.stack import Stack
from tests.journeys.ecommerce.conftest import Customer
from tests.journeys.people import PASSWORD

ADMIN = "/api/admin/"


def sign_in(page: Page, staff: Customer) -> None:
    page.goto(ADMIN)
    page.locator("[name=username]").fill(staff.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Site administration")).to_be_visible()


def shown(customer: Customer, product: dict) -> list[tuple[int, int]]:
    """Price and stock as the product's page says them, and the price in the list: all that is cached."""
    (variant,) = customer.call("GET", f"/api/products/{product['slug']}")["product"]["variants"]
    found = customer.call("GET", "/api/products", params={"q": product["title"], "sort": "relevance"})["products"]
    (item,) = [one for one in found if one["slug"] == product["slug"]]
    return [(variant["price"], variant["stock"]), (item["price"], item["inStock"])]


def test_staff_change_a_price_and_restock_and_every_page_knows(
    browse: Callable[..., Page], stack: Stack, staff: Customer, sign_up: Callable[[], Customer]
) -> None:
    assert stack.ports.https != 8443, "the port that everybody knows proves nothing"
    product, customer = staff.sell(stock=0, price=10_000), sign_up()
    assert shown(customer, product) == [(10_000, 0), (10_000, False)]
    customers = browse()
    customers.goto(f"/product/{product['slug']}")
    expect(customers.get_by_text("Price and stock are live")).to_be_visible()
    page = browse()
    sign_in(page, staff)

    page.goto(f"{ADMIN}ecommerce/product/?q={product['title']}")
    page.get_by_role("link", name=product["title"]).click()
    page.locator("[name=variants-0-price]").fill("12000")
    page.locator("[name=variants-0-arrived]").fill("4")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator(".messagelist .success")).to_contain_text(product["title"])
    assert shown(customer, product) == [(12_000, 4), (12_000, True)]
    expect(customers.locator(".product-price-large")).to_have_text("₩12,000")
    expect(customers.locator(".stock-line")).not_to_contain_text("Sold out")


def test_staff_bring_an_order_on_its_way_and_no_other_way(
    browse: Callable[..., Page], staff: Customer, sign_up: Callable[[], Customer]
) -> None:
    customer, (variant,) = sign_up(), staff.sell(stock=5)["variants"]
    paid, pending = (customer.order(variant["id"])["number"] for _ in range(2))
    customers = browse(customer)
    customers.goto(f"/orders/{paid}")
    expect(customers.get_by_text("This page follows the order by itself")).to_be_visible()
    customer.pay(paid)
    expect(customers.locator(".order-head [data-state=paid]")).to_be_visible(timeout=30_000)
    page = browse()
    sign_in(page, staff)

    page.goto(f"{ADMIN}ecommerce/order/?q={customer.email}")
    page.get_by_label("Select all objects on this page for an action").check()
    page.locator("[name=action]").select_option("packed")
    page.get_by_role("button", name="Go", exact=True).click()

    expect(page.locator(".messagelist .success")).to_contain_text(paid)
    expect(page.locator(".messagelist .error")).to_contain_text(pending)
    assert (customer.see(paid)["state"], customer.see(pending)["state"]) == ("packed", "pending")
    expect(customers.locator(".order-head [data-state=packed]")).to_be_visible()
