"""Whoever uses a team's application in a journey; each team's conftest says what its people do."""

import itertools
import os
from dataclasses import dataclass
from typing import Any, ClassVar

import httpx

PASSWORD = "a long enough password"
_numbers = itertools.count(1)


def new_name(kind: str) -> str:
    """A name that nobody has yet."""
    return f"{kind}-{os.getpid()}-{next(_numbers)}"


@dataclass
class Person:
    """Somebody with a browser: a name, tokens, and the edge in front."""

    name: str
    http: httpx.Client
    refresh: str = ""

    # What stands before the access token, and where the team's pages keep the two tokens.
    scheme: ClassVar[str]
    keys: ClassVar[tuple[str, str]]

    @property
    def email(self) -> str:
        return f"{self.name}@example.com"

    @property
    def token(self) -> str:
        return str(self.http.headers["Authorization"]).split()[1]

    @property
    def storage(self) -> dict[str, str]:
        """What the team's pages keep of somebody who is signed in."""
        return dict(zip(self.keys, (self.token, self.refresh), strict=True))

    def take(self, access: str, refresh: str) -> None:
        """Go on with these tokens."""
        self.http.headers["Authorization"] = f"{self.scheme} {access}"
        self.refresh = refresh

    def call(self, method: str, path: str, expect: int = 200, **options: Any) -> Any:
        """One request through the edge; `expect` is the only status that will do."""
        answer = self.http.request(method, path, **options)
        assert answer.status_code == expect, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        return (
            answer.json()
            if answer.headers.get("content-type", "").startswith("application/") and answer.content
            else answer
        )
