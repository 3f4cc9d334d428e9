"""The shop's customers, and its staff."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import httpx
import pytest

from ops.stack import Stack
from tests.journeys.people import PASSWORD, Person, new_name

ADDRESS = {"recipient": "Kim", "phone": "010", "street": "1", "city": "Seoul", "postalCode": "04524", "country": "KR"}


@pytest.fixture(scope="package")
def team() -> str:
    return "ecommerce"


@dataclass
class Customer(Person):
    """Somebody who buys; promoted, somebody who sells."""

    address: int = 0

    scheme: ClassVar[str] = "Bearer"
    keys: ClassVar[tuple[str, str]] = ("shop.access", "shop.refresh")

    def open_account(self, **more: Any) -> None:
        """Sign up, perhaps with a guest's `cart`."""
        user = {"name": self.name, "email": self.email, "password": PASSWORD, **more}
        signed = self.call("POST", "/api/users", 201, json=user)
        self.take(signed["token"], signed["refreshToken"])

    def move_in(self) -> None:
        """Have an address."""
        self.address = self.call("POST", "/api/user/addresses", 201, json=ADDRESS)["address"]["id"]

    def put(self, variant: int, quantity: int = 1) -> dict[str, Any]:
        """So many of a variant into the cart; gives the cart."""
        return self.call("PUT", f"/api/cart/lines/{variant}", json={"quantity": quantity})["cart"]

    def send_order(self, key: str = "", **wishes: Any) -> httpx.Response:
        """One try of a checkout of what is in the cart, whatever comes of it."""
        headers = {"Idempotency-Key": key or uuid.uuid4().hex}
        return self.http.post("/api/orders", json={"addressId": self.address, **wishes}, headers=headers)

    def order(self, variant: int, quantity: int = 1, **wishes: Any) -> dict[str, Any]:
        """Put so many of a variant into the cart and order them; gives the order."""
        self.put(variant, quantity)
        answer = self.send_order(**wishes)
        assert answer.status_code == 201, answer.text
        return answer.json()["order"]

    def see(self, number: str) -> dict[str, Any]:
        """One of the customer's orders, as it is now."""
        return self.call("GET", f"/api/orders/{number}")["order"]

    def open_payment(self, number: str) -> dict[str, str]:
        """Begin to pay; gives the payment, with the provider's page."""
        return self.call("POST", f"/api/orders/{number}/payment")["payment"]

    def press(self, page: str, act: str) -> None:
        """Press a button of the provider's page."""
        url = httpx.URL(page)
        # The edge finds the provider by this name; this machine need not know it.
        self.call("POST", url.path, data={"act": act}, headers={"Host": url.netloc.decode()})

    def pay(self, number: str) -> None:
        """All of it, as the provider's page has it; the shop hears of it afterwards."""
        self.press(self.open_payment(number)["url"], "approve")

    def sell(self, stock: int, price: int = 10_000, title: str = "") -> dict[str, Any]:
        """Put a product of one variant into the shop, as staff; gives the product."""
        sku = uuid.uuid4().hex[:12]
        self.http.post("/api/categories", json={"slug": "journeys", "nameEn": "Journeys", "nameKo": "여정"})
        product = {
            "title": title or f"A thing {sku}",
            "description": "Well made.",
            "category": "journeys",
            "variants": [{"sku": sku, "name": "one size", "price": price, "stock": stock}],
        }
        return self.call("POST", "/api/products", 201, json=product)["product"]


@pytest.fixture
def sign_up(client: Callable[[], httpx.Client]) -> Callable[[], Customer]:
    """Make a new customer, signed in, with an address."""

    def make() -> Customer:
        customer = Customer(new_name("customer"), client())
        customer.open_account()
        customer.move_in()
        return customer

    return make


@pytest.fixture(scope="package")
def staff_account(stack: Stack) -> Customer:
    """Somebody who is staff: made once, since a program in the API's container takes its time."""
    with httpx.Client(base_url=stack.url, verify=stack.tls(), timeout=20) as http:
        member = Customer(new_name("staff"), http)
        member.open_account()
        stack.exec("ecommerce-api", "python3", "-m", "ecommerce.promote", member.email)
        return member


@pytest.fixture
def staff(staff_account: Customer, client: Callable[[], httpx.Client]) -> Customer:
    """Somebody who may do what staff may. Signs in again only when the session is old: an account may do so 20 times a minute."""
    member = Customer(staff_account.name, client())
    member.take(staff_account.token, staff_account.refresh)
    if member.http.get("/api/user").status_code == 401:
        signed = member.call("POST", "/api/users/login", json={"email": member.email, "password": PASSWORD})
        staff_account.take(signed["token"], signed["refreshToken"])
        member.take(signed["token"], signed["refreshToken"])
    return member
