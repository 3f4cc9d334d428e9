"""Rows as the JSON that clients get. By hand: a library would cost more than the query of 20 products."""

from typing import Any

import orjson

from ecommerce.models import Address, CartLine, Category, Mail, Order, Payment, Product, User, Variant
from ecommerce.services.listings import Item
from teamkit.moments import moment


def json(reply: dict) -> bytes:
    return orjson.dumps(reply)


def user(row: User) -> dict:
    return {"id": row.id, "email": row.email, "name": row.name, "staff": row.is_staff}


def address(row: Address) -> dict:
    return {
        "id": row.id,
        "recipient": row.recipient,
        "phone": row.phone,
        "street": row.street,
        "city": row.city,
        "postalCode": row.postal_code,
        "country": row.country,
    }


def category(row: Category) -> dict:
    return {"slug": row.slug, "name": {"en": row.name_en, "ko": row.name_ko}}


def product_item(row: Item) -> dict:
    """A product in a list: the cheapest variant's price, and whether anything is left."""
    return {
        "slug": row.slug,
        "title": row.title,
        "category": row.category,
        "currency": row.currency,
        "price": row.price,
        "inStock": row.in_stock,
        "picture": row.picture and orjson.loads(row.picture),
        "createdAt": moment(row.created_at),
    }


def facets(found: dict) -> dict:
    return {
        "categories": found["categories"],
        "total": found["total"],
        "inStock": found["in_stock"],
        "currencies": found["currencies"],
        "least": found["least"],
        "most": found["most"],
    }


def product(row: Product) -> dict:
    variants = list(row.variants.all())
    return {
        "slug": row.slug,
        "title": row.title,
        "description": row.description,
        "category": row.category.slug,
        "currency": row.currency,
        "price": row.price,
        "inStock": any(variant.stock for variant in variants),
        "picture": row.picture,
        "createdAt": moment(row.created_at),
        "variants": [variant(one) for one in variants],
    }


def variant(row: Variant) -> dict:
    return {"id": row.id, "sku": row.sku, "name": row.name, "price": row.price, "stock": row.stock}


def counted_variant(row: Variant) -> dict:
    """For staff, who also see what is not on the shelf."""
    return variant(row) | {"reserved": row.reserved, "sold": row.sold}


def cart_line(row: CartLine) -> dict:
    return {
        "variant": variant(row.variant),
        "product": row.variant.product.slug,
        "title": row.variant.product.title,
        "picture": row.variant.product.picture,
        "quantity": row.quantity,
        "amount": row.variant.price * row.quantity,
    }


def money(row: Any) -> dict:
    """Of a quote or an order."""
    return {
        "currency": row.currency,
        "subtotal": row.subtotal,
        "discount": row.discount,
        "shipping": row.shipping,
        "total": row.total,
    }


def order(row: Order) -> dict:
    return {
        "number": row.number,
        "state": row.state,
        **money(row),
        "coupon": row.coupon_code or None,
        "address": row.address,
        "createdAt": moment(row.created_at),
        "expiresAt": moment(row.expires_at),
        "lines": [
            {
                "variant": line.variant_id,
                "sku": line.sku,
                "title": line.title,
                "name": line.variant_name,
                "price": line.price,
                "quantity": line.quantity,
            }
            for line in row.lines.all()
        ],
        "history": [
            {"state": move.state, "reason": move.reason, "at": moment(move.created_at)} for move in row.moves.all()
        ],
    }


def payment(row: Payment, url: str) -> dict:
    return {"id": str(row.id), "status": row.status, "url": url}


def mail(row: Mail) -> dict:
    return {
        "order": row.order.number,
        "kind": row.kind,
        "subject": row.subject,
        "body": row.body,
        "sentAt": moment(row.sent_at),
    }
