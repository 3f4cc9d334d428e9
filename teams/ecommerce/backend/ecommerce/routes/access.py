"""Who is asking, from the header `Authorization: Bearer <jwt>`."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from ecommerce import errors
from ecommerce.models import User
from ecommerce.resources import shop
from ecommerce.services import users
from teamkit.django import client_address
from teamkit.problems import Unauthenticated


def subject(token: str) -> int:
    """The id in a token; no query."""
    try:
        return int(shop().tokens.read(token.strip())["sub"])
    except ValueError:
        raise Unauthenticated("The access token is not one of ours.") from None


class SignedIn(HttpBearer):
    """Only for users who are signed in and still exist; the row is `request.auth`."""

    def __call__(self, request: HttpRequest) -> Any:
        if not request.headers.get("Authorization", "").lower().startswith("bearer "):
            raise Unauthenticated
        return super().__call__(request)

    def authenticate(self, request: HttpRequest, token: str) -> User:
        user = users.find(subject(token))
        if user is None:
            raise Unauthenticated("The access token is not one of ours.")
        if request.method not in ("GET", "HEAD"):
            limit(request, "writes", str(user.id), lambda settings: settings.writes_per_user_per_minute)
        return user


class Staff(SignedIn):
    """Only for staff."""

    def authenticate(self, request: HttpRequest, token: str) -> User:
        user = super().authenticate(request, token)
        if not user.is_staff:
            raise errors.StaffOnly
        return user


class Bearer(SignedIn):
    """For streams: the id alone is `request.auth`, since an event loop must not wait for a query."""

    def authenticate(self, request: HttpRequest, token: str) -> int:
        return subject(token)


signed_in, staff, bearer = SignedIn(), Staff(), Bearer()


def limit(request: HttpRequest, bucket: str, key: str, per_minute: Callable[[Any], int]) -> None:
    """Count one try of `key`, or of the client's address where it is empty."""
    shop().limits.hit(bucket, key or client_address(request), per_minute(shop().settings), 60)
