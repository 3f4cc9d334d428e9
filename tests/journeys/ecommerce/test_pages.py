"""What customers and staff do in the shop's pages, on good days and bad."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from ops.stack import Stack
from tests.journeys.ecommerce.conftest import Customer
from tests.journeys.people import PASSWORD, new_name

Browse = Callable[..., Page]
SignUp = Callable[[], Customer]


def open_product(page: Page, product: dict) -> None:
    page.goto(f"/product/{product['slug']}")
    expect(page.get_by_role("heading", level=1, name=product["title"])).to_be_visible()


def put_into_cart(page: Page, product: dict) -> None:
    open_product(page, product)
    page.get_by_role("button", name="Add to cart").click()
    expect(page.get_by_role("link", name="To the cart")).to_be_visible()


def fill_address(page: Page) -> None:
    for name, value in {
        "recipient": "김도커",
        "phone": "010-1234-5678",
        "street": "컨테이너로 1",
        "city": "서울",
        "postalCode": "04524",
    }.items():
        page.locator(f"[name={name}]").fill(value)


def test_a_guests_cart_becomes_a_customers_order_that_is_paid_on_the_page(browse: Browse, staff: Customer) -> None:
    page = browse()
    put_into_cart(page, staff.sell(5, price=20_000))
    page.get_by_role("link", name="To the cart").click()
    page.get_by_role("link", name="To the checkout").click()
    page.get_by_role("link", name="Need an account?").click()
    name = new_name("guest")
    page.locator("[name=name]").fill(name)
    page.locator("[name=email]").fill(f"{name}@example.com")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()

    expect(page.get_by_role("heading", name="Checkout")).to_be_visible()
    fill_address(page)
    page.get_by_role("button", name="Save address").click()
    page.get_by_role("button", name="Order for ₩23,000").click()
    expect(page.locator("[data-state=pending]")).to_be_visible()
    number = page.url.rsplit("/", 1)[1]
    page.get_by_role("button", name="Pay ₩23,000").click()
    page.get_by_role("button", name="tell the shop after 5 seconds").click()
    page.get_by_role("link", name="Back to the shop").click()

    expect(page).to_have_url(re.compile(rf"/orders/{number}$"))
    page.evaluate("window.stayed = true")
    expect(page.locator(".order-head [data-state=paid]")).to_be_visible(timeout=30_000)
    assert page.evaluate("window.stayed"), "the page was loaded again"


def test_stock_and_price_change_in_every_open_page(browse: Browse, staff: Customer, sign_up: SignUp) -> None:
    product = staff.sell(3)
    variant = product["variants"][0]["id"]
    pages = [browse(), browse()]
    for page in pages:
        open_product(page, product)
        expect(page.get_by_text("Price and stock are live")).to_be_visible()
        expect(page.locator(".stock-line")).to_contain_text("Only 3 left")

    sign_up().order(variant, 3)
    staff.call("PUT", f"/api/variants/{variant}", json={"price": 12_000})

    for page in pages:
        expect(page.locator(".stock-line")).to_contain_text("Sold out")
        expect(page.locator(".product-price-large")).to_have_text("₩12,000")
        expect(page.get_by_role("button", name="Sold out")).to_be_disabled()


def test_what_is_gone_at_the_checkout_is_named_and_the_cart_is_one_click_away(
    browse: Browse, staff: Customer, sign_up: SignUp
) -> None:
    product = staff.sell(1)
    variant = product["variants"][0]["id"]
    late = sign_up()
    late.put(variant)
    page = browse(late)
    page.goto("/checkout")
    order = page.get_by_role("button", name="Order for")
    expect(order).to_be_enabled()
    sign_up().order(variant)

    order.click()

    alert = page.locator(".error-messages")
    expect(alert).to_contain_text("There is not enough of it left.")
    expect(alert).to_contain_text(product["title"])
    alert.get_by_role("link", name="Change the cart").click()
    expect(page.locator(".cart-line-problem")).to_contain_text("Sold out")


def test_a_new_price_is_shown_before_it_is_charged(browse: Browse, staff: Customer, sign_up: SignUp) -> None:
    product = staff.sell(5, price=60_000)
    variant = product["variants"][0]["id"]
    customer = sign_up()
    customer.put(variant)
    page = browse(customer)
    page.goto("/checkout")
    order = page.get_by_role("button", name="Order for ₩60,000")
    expect(order).to_be_enabled()
    staff.call("PUT", f"/api/variants/{variant}", json={"price": 70_000})

    order.click()
    expect(page.locator(".error-messages")).to_contain_text("The total is ₩70,000 now.")
    page.get_by_role("button", name="Order for ₩70,000").click()

    expect(page.locator("[data-state=pending]")).to_be_visible()


def test_a_checkout_whose_answer_got_lost_orders_once(browse: Browse, staff: Customer, sign_up: SignUp) -> None:
    customer = sign_up()
    customer.put(staff.sell(5)["variants"][0]["id"])
    page = browse(customer)
    page.goto("/checkout")
    order = page.get_by_role("button", name="Order for")
    expect(order).to_be_enabled()

    def lose(route: Route) -> None:
        sent = route.request
        headers = {"Idempotency-Key": sent.headers["idempotency-key"], "Content-Type": "application/json"}
        customer.call("POST", "/api/orders", 201, content=sent.post_data, headers=headers)
        route.abort("connectionreset")

    page.route("**/api/orders", lose)
    order.click()
    expect(page.locator(".error-messages")).to_be_visible()
    page.unroute("**/api/orders")
    page.reload()

    expect(page.locator("[data-state=pending]")).to_be_visible()
    assert len(customer.call("GET", "/api/orders")["orders"]) == 1


def test_signing_out_in_one_tab_signs_out_in_all(browse: Browse, sign_up: SignUp) -> None:
    page = browse(sign_up())
    other = page.context.new_page()
    for one in (page, other):
        one.goto("/account")
        expect(one.get_by_role("button", name="Sign out")).to_be_visible()

    page.get_by_role("button", name="Sign out").click()

    expect(other.get_by_text("You signed out in another tab.")).to_be_visible()
    expect(other.locator("nav").get_by_role("link", name="Sign in")).to_be_visible()


def test_a_session_that_ends_at_the_checkout_costs_nothing_that_was_typed(
    browse: Browse, staff: Customer, sign_up: SignUp
) -> None:
    customer = sign_up()
    customer.put(staff.sell(5)["variants"][0]["id"])
    page = browse(customer)
    page.goto("/checkout")
    page.get_by_role("button", name="Another address").click()
    fill_address(page)
    customer.call("POST", "/api/users/logout", 204, json={"refreshToken": customer.refresh})
    page.evaluate("localStorage.setItem('shop.access', 'x.' + btoa('{\"iat\":1,\"exp\":2}') + '.outdated')")

    page.get_by_role("button", name="Save address").click()
    expect(page.get_by_text("Your session has ended. What you entered is still here.")).to_be_visible()
    page.get_by_role("button", name="Sign in again").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("[name=email]").fill(customer.email)
    dialog.locator("[name=password]").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in", exact=True).click()
    expect(dialog).to_be_hidden()
    expect(page.locator("[name=street]")).to_have_value("컨테이너로 1")
    page.get_by_role("button", name="Save address").click()
    expect(page.get_by_text("컨테이너로 1")).to_be_visible()
    page.get_by_role("button", name="Order for").click()

    expect(page.locator("[data-state=pending]")).to_be_visible()


def test_offline_what_is_open_stays_and_afterwards_all_goes_on(browse: Browse, staff: Customer) -> None:
    product = staff.sell(5)
    page = browse()
    open_product(page, product)
    offline = page.locator(".bar").filter(has_text="You are offline.")
    page.context.set_offline(True)

    expect(offline).to_be_visible()
    page.get_by_role("button", name="Add to cart").click()
    expect(page.locator(".buy .error-messages")).to_be_visible()
    expect(page.get_by_role("heading", level=1, name=product["title"])).to_be_visible()
    page.context.set_offline(False)
    expect(offline).to_be_hidden(timeout=40_000)
    page.get_by_role("button", name="Add to cart").click()

    expect(page.get_by_role("link", name="To the cart")).to_be_visible()


def test_korean_is_searched_for_by_whole_syllables(browse: Browse, staff: Customer) -> None:
    staff.sell(5, title="도자기 주전자")
    page = browse(locale="ko-KR")
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/api/products?q=" in one.url else None)
    page.goto("/search")
    field = page.get_by_label("상품 검색")
    field.click()
    session = page.context.new_cdp_session(page)

    for half in ("ㄷ", "도", "돚"):
        session.send("Input.imeSetComposition", {"text": half, "selectionStart": 1, "selectionEnd": 1})
        # Longer than a pause in typing, which would search for what is no word yet.
        page.wait_for_timeout(400)
    assert asked == []
    session.send("Input.imeSetComposition", {"text": "도", "selectionStart": 1, "selectionEnd": 1})
    session.send("Input.insertText", {"text": "도자기"})

    expect(page.locator(".product-card").filter(has_text="도자기 주전자").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"q=%EB%8F%84%EC%9E%90%EA%B8%B0"))


def test_filters_stand_in_the_address(browse: Browse, staff: Customer) -> None:
    cheap, dear = staff.sell(1, price=111, title="Findable cheap"), staff.sell(1, price=999_111, title="Findable dear")
    page = browse()
    page.goto("/search?q=findable")
    expect(page.get_by_text(dear["title"])).to_be_visible()

    page.locator("[name=maxPrice]").fill("1000")
    page.locator("[name=maxPrice]").press("Enter")

    expect(page).to_have_url(re.compile("maxPrice=1000"))
    expect(page.get_by_text(dear["title"])).to_be_hidden()
    page.reload()
    expect(page.get_by_text(cheap["title"])).to_be_visible()
    expect(page.locator("[name=maxPrice]")).to_have_value("1000")


def test_a_coupon_counts_or_says_why_not(browse: Browse, staff: Customer, stack: Stack) -> None:
    stack.psql(
        "ecommerce",
        "INSERT INTO coupons (code, percent, minimum, ends_at, uses_left, amount) VALUES"
        " ('TENTH', 10, 0, NULL, NULL, NULL), ('PAST', 10, 0, '2020-01-01', NULL, NULL) ON CONFLICT DO NOTHING;",
    )
    page = browse()
    put_into_cart(page, staff.sell(5, price=60_000))
    page.goto("/cart")
    page.locator("[name=coupon]").fill("PAST")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(".coupon .error-messages")).to_contain_text("This coupon has expired.")

    page.locator("[name=coupon]").fill("TENTH")
    page.get_by_role("button", name="Apply").click()

    expect(page.locator("dd.totals-total")).to_have_text("₩54,000")


def test_staff_bring_an_order_on_its_way_and_the_customer_sees_it(
    browse: Browse, staff: Customer, sign_up: SignUp
) -> None:
    customer = sign_up()
    number = customer.order(staff.sell(5)["variants"][0]["id"])["number"]
    customers = browse(customer)
    customers.goto(f"/orders/{number}")
    expect(customers.get_by_text("This page follows the order by itself")).to_be_visible()
    customer.pay(number)
    expect(customers.locator(".order-head [data-state=paid]")).to_be_visible(timeout=30_000)
    desk = browse(staff)
    desk.goto("/staff/orders?state=paid")

    desk.get_by_role("button", name=f"Packed: order {number}").click()

    expect(customers.locator(".order-head [data-state=packed]")).to_be_visible()


def test_staff_restock_and_give_a_picture(browse: Browse, staff: Customer, photo: bytes) -> None:
    product = staff.sell(0)
    page = browse(staff)
    page.goto(f"/staff/products/{product['slug']}")
    page.locator("[name=added]").first.fill("7")
    page.get_by_role("button", name="Add to the shelf").click()
    expect(page.locator("[data-stock='7']")).to_be_visible()
    page.locator("input[type=file]").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo})
    page.locator("[name=alt]").fill("A grey gradient")

    page.get_by_role("button", name="Send the picture").click()

    expect(page.locator(".staff-picture img")).to_have_attribute("alt", "A grey gradient", timeout=30_000)


@pytest.mark.parametrize("path", ["/staff/orders", "/staff/products"])
def test_the_staffs_pages_are_closed_to_customers(path: str, browse: Browse, sign_up: SignUp) -> None:
    page = browse(sign_up())

    page.goto(path)

    expect(page.get_by_role("heading", name="This page is for staff")).to_be_visible()
