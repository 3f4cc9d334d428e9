"""The one error class of every rule, and its shape on the wire (RFC 9457)."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

CONTENT_TYPE = "application/problem+json"


class Refused(Exception):
    """A rule said no. Programs read `code`, people read `title` and `detail`.

    `errors` names what is wrong field by field; `headers` go out with the reply.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 400
    title: ClassVar[str] = "The request was refused."

    def __init__(
        self,
        detail: str = "",
        *,
        errors: Mapping[str, Sequence[str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.errors = {field: list(messages) for field, messages in (errors or {}).items()}
        self.headers = dict(headers or {})


class Unauthenticated(Refused):
    """Nobody is signed in, or the token proves nothing."""

    code, status, title = "unauthenticated", 401, "Sign in first."

    def __init__(self, detail: str = "", *, scheme: str = "Bearer") -> None:
        # RFC 9110, 11.6.1: a 401 names the scheme that would be accepted.
        super().__init__(detail, headers={"WWW-Authenticate": scheme})


class TokenReused(Unauthenticated):
    """A refresh token came a second time: somebody else has it, or had it."""

    code, title = "token_reused", "The session was used from two places and has been ended."


class Forbidden(Refused):
    """The user is known, and may not do this."""

    code, status, title = "forbidden", 403, "You may not do this."


class NotFound(Refused):
    """There is no such thing, or the user may not know that there is."""

    code, status, title = "not_found", 404, "There is nothing here."


class Conflict(Refused):
    """The request contradicts what is stored."""

    code, status, title = "conflict", 409, "This contradicts what is already there."


class Invalid(Refused):
    """The request is understood and its content is wrong; `errors` says where."""

    code, status, title = "invalid", 422, "Some of the values are wrong."


class TooMany(Refused):
    """The caller must wait `retry_after` seconds."""

    code, status, title = "too_many_requests", 429, "Too many requests."

    def __init__(self, retry_after: float, detail: str = "") -> None:
        self.retry_after = max(1, math.ceil(retry_after))
        super().__init__(
            detail or f"Try again in {self.retry_after} seconds.",
            headers={"Retry-After": str(self.retry_after)},
        )


class Unavailable(Refused):
    """A service that this one needs does not answer."""

    code, status, title = "unavailable", 503, "A service that this one needs does not answer."

    def __init__(self, detail: str = "", retry_after: int = 1) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)})


def problem(refused: Refused, request_id: str = "") -> dict[str, Any]:
    """The RFC 9457 body of a refusal, with `code`, and `errors` and `request_id` where there are any."""
    body: dict[str, Any] = {
        "type": f"urn:problem:{refused.code}",
        "title": refused.title,
        "status": refused.status,
        "code": refused.code,
    }
    if refused.detail:
        body["detail"] = refused.detail
    if refused.errors:
        body["errors"] = refused.errors
    if request_id:
        body["request_id"] = request_id
    return body


def named(
    status: int,
    name: str,
    detail: str = "",
    headers: Mapping[str, str] | None = None,
    errors: Mapping[str, Sequence[str]] | None = None,
) -> Refused:
    """A refusal of a framework's own, which has no class of ours; its status decides code and title if we have them."""
    refused = Refused(detail, headers=headers, errors=errors)
    known = _BY_STATUS.get(status)
    # On the instance, shadowing the class.
    refused.__dict__.update(
        status=status,
        code=known.code if known else re.sub(r"\W+", "_", name.lower()).strip("_"),
        title=known.title if known else name,
    )
    return refused


_BY_STATUS = {
    kind.status: kind for kind in (Unauthenticated, Forbidden, NotFound, Conflict, Invalid, TooMany, Unavailable)
}
