"""One router a noun."""

from ninja import NinjaAPI

from ecommerce.routes import accounts, addresses, browser, carts, mails, orders, payments, pictures, products, staff


def add_to(api: NinjaAPI) -> None:
    for noun in (accounts, addresses, browser, carts, mails, orders, payments, pictures, products, staff):
        api.add_router("", noun.router)
