"""What the API's document says of its replies. The bytes come from shapes.py; a test holds the two together."""

from typing import Literal

from ninja import Schema
from pydantic import ConfigDict
from pydantic.alias_generators import to_camel


class _Out(Schema):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class Problem(Schema):
    """RFC 9457. Programs read `code`."""

    type: str
    title: str
    status: int
    code: str
    detail: str | None = None
    errors: dict[str, list[str]] | None = None
    request_id: str | None = None


class User(_Out):
    id: int
    email: str
    name: str
    staff: bool


class UserReply(_Out):
    user: User


class SignedInReply(_Out):
    user: User
    token: str
    refresh_token: str


class Address(_Out):
    id: int
    recipient: str
    phone: str
    street: str
    city: str
    postal_code: str
    country: str


class AddressReply(_Out):
    address: Address


class AddressesReply(_Out):
    addresses: list[Address]


class Name(_Out):
    en: str
    ko: str


class Category(_Out):
    slug: str
    name: Name


class CategoryReply(_Out):
    category: Category


class CategoriesReply(_Out):
    categories: list[Category]


class Image(_Out):
    url: str
    width: int
    height: int


class Picture(_Out):
    status: Literal["processing", "ready", "failed"]
    alt: str
    images: list[Image]
    reason: str | None


class PictureReply(_Out):
    picture: Picture


class ProductItem(_Out):
    slug: str
    title: str
    category: str
    currency: str
    price: int
    in_stock: bool
    picture: Picture | None
    created_at: str


class ProductsReply(_Out):
    products: list[ProductItem]
    next: str | None


class Variant(_Out):
    id: int
    sku: str
    name: str
    price: int
    stock: int


class CountedVariant(Variant):
    reserved: int
    sold: int


class VariantReply(_Out):
    variant: CountedVariant


class Product(ProductItem):
    description: str
    variants: list[Variant]


class ProductReply(_Out):
    product: Product


class FacetsReply(_Out):
    categories: dict[str, int]
    total: int
    in_stock: int
    # Of all these products; `least` and `most` are prices in the one that was asked for.
    currencies: list[str]
    least: int | None
    most: int | None


class Money(_Out):
    currency: str
    subtotal: int
    discount: int
    shipping: int
    total: int


class CartLine(_Out):
    variant: Variant
    product: str
    title: str
    picture: Picture | None
    quantity: int
    amount: int


class Cart(Money):
    id: str
    lines: list[CartLine]


class CartReply(_Out):
    cart: Cart


class OrderLine(_Out):
    variant: int
    sku: str
    title: str
    name: str
    price: int
    quantity: int


class OrderMove(_Out):
    state: str
    reason: str
    at: str


class Order(Money):
    number: str
    state: Literal["pending", "paid", "packed", "shipped", "delivered", "cancelled", "refunded"]
    coupon: str | None
    address: Address
    created_at: str
    expires_at: str
    lines: list[OrderLine]
    history: list[OrderMove]


class OrderReply(_Out):
    order: Order


class OrdersReply(_Out):
    orders: list[Order]
    next: str | None


class Payment(_Out):
    id: str
    status: str
    url: str


class PaymentReply(_Out):
    payment: Payment


class WebhookReply(_Out):
    applied: bool


class Mail(_Out):
    order: str
    kind: str
    subject: str
    body: str
    sent_at: str


class MailsReply(_Out):
    mails: list[Mail]
