"""A customer's way through the shop, over HTTPS against every real container."""

from collections.abc import Callable

import httpx

from tests.journeys.ecommerce.conftest import Customer
from tests.journeys.listening import listen
from tests.journeys.people import PASSWORD, new_name
from tests.journeys.waiting import until


def test_a_guest_fills_a_cart_signs_up_pays_and_sees_paid_arrive(
    staff: Customer, client: Callable[[], httpx.Client]
) -> None:
    product = staff.sell(stock=3, title="튼튼한 여행 가방")
    (variant,) = product["variants"]
    customer = Customer(new_name("guest"), client())

    # Found in Korean, by two syllables.
    found = customer.call("GET", "/api/products", params={"q": "가방", "sort": "relevance"})["products"]
    assert product["slug"] in [one["slug"] for one in found]

    # What a guest has gathered is in the cart of the new account.
    cart = customer.call("POST", "/api/carts", 201)["cart"]
    customer.call("PUT", f"/api/carts/{cart['id']}/lines/{variant['id']}", json={"quantity": 2})
    customer.open_account(cart=cart["id"])
    assert [line["quantity"] for line in customer.call("GET", "/api/cart")["cart"]["lines"]] == [2]

    # The order reserves; whoever looks at the product sees it, live and when asking.
    stock_heard = listen(client(), f"/api/products/{product['slug']}/stream")
    customer.move_in()
    order = customer.send_order().json()["order"]
    assert order["state"] == "pending"
    assert stock_heard.get(timeout=5)[1]["stock"] == 1
    seen = customer.call("GET", f"/api/products/{product['slug']}")["product"]
    assert seen["variants"][0]["stock"] == 1

    # Paid at the provider's; the shop hears of it, and so does the page that is open.
    order_heard = listen(client(), f"/api/orders/{order['number']}/stream", customer)
    customer.pay(order["number"])
    name, news = order_heard.get(timeout=10)
    assert (name, news["state"]) == ("order.moved", "paid")
    assert customer.see(order["number"])["state"] == "paid"

    # Staff bring it on its way, and the customer has a mail of each step that concerns them.
    for state in ("packed", "shipped", "delivered"):
        staff.call("POST", f"/api/staff/orders/{order['number']}/moves", json={"to": state})
    mails = until(lambda: len(found := customer.call("GET", "/api/user/mails")["mails"]) == 4 and found)
    assert sorted(mail["kind"] for mail in mails) == ["delivered", "paid", "pending", "shipped"]


def test_a_guests_cart_joins_the_one_that_a_customer_has_already_and_no_line_outgrows_it(
    staff: Customer, sign_up: Callable[[], Customer], client: Callable[[], httpx.Client]
) -> None:
    few, many, new = (staff.sell(stock=200)["variants"][0]["id"] for _ in range(3))
    customer, guest = sign_up(), Customer(new_name("guest"), client())
    customer.put(few, 2)
    customer.put(many, 60)
    cart = guest.call("POST", "/api/carts", 201)["cart"]["id"]
    for variant, quantity in ((few, 3), (many, 60), (new, 1)):
        guest.call("PUT", f"/api/carts/{cart}/lines/{variant}", json={"quantity": quantity})

    # Twice, as by two tabs: what has joined is gone, and joins no second time.
    for _ in range(2):
        login = {"email": customer.email, "password": PASSWORD, "cart": cart}
        signed = customer.call("POST", "/api/users/login", json=login)
    customer.take(signed["token"], signed["refreshToken"])

    lines = customer.call("GET", "/api/cart")["cart"]["lines"]
    assert {line["variant"]["id"]: line["quantity"] for line in lines} == {few: 5, many: 99, new: 1}
    guest.call("GET", f"/api/carts/{cart}", 404)
    refused = guest.call("PUT", f"/api/carts/{cart}/lines/{new}", 404, json={"quantity": 1})
    assert refused["code"] == "cart_not_found"
