"""The blog's readers."""

from collections.abc import Callable
from typing import Any, ClassVar

import httpx
import pytest

from tests.journeys.people import PASSWORD, Person, new_name


@pytest.fixture(scope="package")
def team() -> str:
    return "blog"


class Reader(Person):
    """Somebody who reads, and writes."""

    scheme: ClassVar[str] = "Token"
    keys: ClassVar[tuple[str, str]] = ("jwtToken", "refreshToken")

    def publish(self, title: str, body: str = "A body.", **more: Any) -> dict[str, Any]:
        article = {"title": title, "description": "In short.", "body": body, "tagList": ["journey"], **more}
        return self.call("POST", "/api/articles", 201, json={"article": article})["article"]


@pytest.fixture
def sign_up(client: Callable[[], httpx.Client]) -> Callable[[], Reader]:
    """Make a new reader, signed in."""

    def make() -> Reader:
        reader = Reader(new_name("reader"), client())
        user = {"username": reader.name, "email": reader.email, "password": PASSWORD}
        signed = reader.call("POST", "/api/users", 201, json={"user": user})["user"]
        reader.take(signed["token"], signed["refreshToken"])
        return reader

    return make
