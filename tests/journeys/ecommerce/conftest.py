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
    keys: ClassVar[tuple[str, str]] = ("accessToken", "refreshToken")

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

    def pay(self, number: str, act: str = "approve") -> str:
        """Open a payment and press a button of the provider's page; gives the payment's id."""
        payment = self.call("POST", f"/api/orders/{number}/payment")["payment"]
        page = httpx.URL(payment["url"])
        # The edge finds the provider by this name; this machine need not know it.
        self.call("POST", page.path, data={"act": act}, headers={"Host": page.netloc.decode()})
        return payment["id"]

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
        user = {"name": customer.name, "email": customer.email, "password": PASSWORD}
        signed = customer.call("POST", "/api/users", 201, json=user)
        customer.take(signed["token"], signed["refreshToken"])
        customer.address = customer.call("POST", "/api/user/addresses", 201, json=ADDRESS)["address"]["id"]
        return customer

    return make


@pytest.fixture
def staff(sign_up: Callable[[], Customer], stack: Stack) -> Customer:
    """Somebody who may do what staff may."""
    member = sign_up()
    stack.exec("ecommerce-api", "python3", "-m", "ecommerce.promote", member.email)
    return member
