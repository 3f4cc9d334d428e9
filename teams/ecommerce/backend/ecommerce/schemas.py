"""What may come in, checked before a rule sees it. A field that is not here is refused: nobody sends us a price."""

import re
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from ecommerce.services.listings import Filters

# The sentences of pydantic that a customer may see, in ours.
WORDS = {"missing": "is missing", "extra_forbidden": "is not expected here", "string_type": "must be a text"}
# Far above any price, and far below what a column can hold.
MOST = 1_000_000_000


def text(most: int, least: int = 1, pattern: str = r"\S", refusal: str = "can't be blank") -> Any:
    """The type of a text that is not blank, not too long, and that PostgreSQL can keep."""

    def check(value: str) -> str:
        if "\0" in value:
            raise PydanticCustomError("nul", "must not contain a NUL character")
        if not re.search(pattern, value):
            raise PydanticCustomError("pattern", refusal)
        return value

    return Annotated[str, Field(min_length=least, max_length=most), AfterValidator(check)]


Email = text(254, least=3, pattern=r"^[^@\s]+@[^@\s]+$", refusal="is invalid")
Password = text(200, least=8)
Price = Annotated[int, Field(ge=1, le=MOST, strict=True)]
Currency = Literal["KRW", "USD"]
Quantity = Annotated[int, Field(ge=1, le=99, strict=True)]
Id = Annotated[int, Field(ge=1, lt=2**63)]
Filter = Annotated[str, Field(max_length=200)]


Alt = Annotated[str, Field(max_length=300)]


class _In(Schema):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")

    def changes(self) -> dict[str, Any]:
        """Only what the client sent."""
        return self.model_dump(include=self.model_fields_set)


class NewUser(_In):
    name: text(50)
    email: Email
    password: Password
    # A guest's cart, whose contents come along.
    cart: UUID | None = None


class Login(_In):
    email: text(254)
    password: text(200)
    cart: UUID | None = None


class Refresh(_In):
    refresh_token: text(4096)


class NewAddress(_In):
    recipient: text(100)
    phone: text(30)
    street: text(200)
    city: text(100)
    postal_code: text(20)
    country: text(2, least=2, pattern=r"^[A-Z]{2}$", refusal="is no country's code")


class NewCategory(_In):
    slug: text(50, pattern=r"^[a-z0-9-]+$", refusal="may hold small letters, digits, hyphen")
    name_en: text(100)
    name_ko: text(100)


class NewVariant(_In):
    sku: text(40, pattern=r"^[A-Za-z0-9._-]+$", refusal="may hold letters, digits, dot, hyphen")
    name: text(100)
    price: Price
    stock: Annotated[int, Field(ge=0, le=1_000_000, strict=True)] = 0


class NewProduct(_In):
    title: text(200)
    description: text(20_000)
    category: text(50)
    currency: Currency = "KRW"
    variants: Annotated[list[NewVariant], Field(min_length=1, max_length=50)]


def _may_be_left_out() -> Any:
    """Left out is not empty: `changes` tells them apart, and the document shows no default."""
    return Field(default_factory=str)


class ChangedProduct(_In):
    title: text(200) = _may_be_left_out()
    description: text(20_000) = _may_be_left_out()
    category: text(50) = _may_be_left_out()


class ChangedVariant(_In):
    name: text(100) = _may_be_left_out()
    price: Price = Field(default_factory=int)


class Restock(_In):
    """Negative takes away what is broken or lost."""

    quantity: Annotated[int, Field(ge=-1_000_000, le=1_000_000, strict=True)]


class CartQuantity(_In):
    quantity: Annotated[int, Field(ge=0, le=99, strict=True)]


class Checkout(_In):
    address_id: Id
    coupon: text(40) | None = None
    # What the customer saw. Not what is charged: another total is refused.
    expected_total: Annotated[int, Field(ge=0, le=MOST * 10)] | None = None


class Move(_In):
    to: Literal["packed", "shipped", "delivered", "refunded", "cancelled"]


class Webhook(Schema):
    payment: UUID
    status: Literal["approved", "declined", "refunded"]
    sequence: Annotated[int, Field(ge=1, le=1000)]
    amount: int
    currency: text(3)


class Page(Schema):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    limit: Annotated[int, Field(ge=1)] = 20
    cursor: Filter = ""

    @property
    def size(self) -> int:
        """At most 100 come at once, however many are asked for."""
        return min(self.limit, 100)


Sort = Literal["newest", "price", "-price", "relevance"]


class ProductFilters(Schema):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    q: Filter = ""
    category: Filter = ""
    min_price: Annotated[int, Field(ge=0, le=MOST)] | None = None
    max_price: Annotated[int, Field(ge=0, le=MOST)] | None = None
    # Of the two prices.
    currency: Currency = "KRW"
    in_stock: bool = False

    def filters(self) -> Filters:
        """As the service takes them."""
        return Filters(self.q, self.category, self.min_price, self.max_price, self.currency, self.in_stock)


class ProductsQuery(ProductFilters, Page):
    sort: Sort = "newest"


class StaffOrdersQuery(Page):
    state: Filter = ""


class CartQuery(Schema):
    coupon: Filter = ""


class StreamQuery(Schema):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    last_event_id: Annotated[str, Field(max_length=40)] | None = None
