"""Who is asking, from the header `Authorization: Token <jwt>`."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import current_app, g, request

from blog import errors
from blog.resources import Blog
from blog.services import users
from teamkit.problems import Unauthenticated


def blog() -> Blog:
    return current_app.extensions["blog"]


def viewer() -> int:
    """The id of who is reading, 0 for a visitor; no query. A token that is wrong is refused, not ignored."""
    header = request.headers.get("Authorization")
    if not header:
        return 0
    scheme, _, token = header.partition(" ")
    # Bearer is no part of RealWorld, but what Swagger UI and curl users type.
    if scheme.lower() not in ("token", "bearer"):
        return 0
    try:
        return int(blog().tokens.read(token.strip())["sub"])
    except (Unauthenticated, ValueError):
        raise errors.TokenInvalid from None


def signed_in(view: Callable[..., Any]) -> Callable[..., Any]:
    """Only for users who are signed in and still exist; the row is `g.user`. Asked before the body is."""

    @wraps(view)
    def checked(*args, **kwargs):
        user_id = viewer()
        if not user_id:
            raise errors.TokenMissing
        g.user = users.find(blog(), user_id)
        if g.user is None:
            raise errors.TokenInvalid
        if request.method not in ("GET", "HEAD"):
            limit = blog().settings.writes_per_user_per_minute
            blog().limits.hit("writes", str(user_id), limit, 60)
        return view(*args, **kwargs)

    return checked
