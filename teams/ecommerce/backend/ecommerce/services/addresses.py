"""Where a user's orders go."""

from ecommerce import errors
from ecommerce.models import Address


def listed(user: int) -> list[Address]:
    return list(Address.objects.filter(user=user).order_by("id"))


def add(user: int, values: dict) -> Address:
    return Address.objects.create(user_id=user, **values)


def remove(user: int, address_id: int) -> None:
    """Orders keep their copy."""
    if not Address.objects.filter(id=address_id, user=user).delete()[0]:
        raise errors.AddressNotFound


def get(user: int, address_id: int) -> Address:
    address = Address.objects.filter(id=address_id, user=user).first()
    if address is None:
        raise errors.AddressNotFound
    return address
