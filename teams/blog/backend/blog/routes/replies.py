"""Responses: ready-made bytes, and the headers that keep caches honest."""

from hashlib import blake2b

from flask import Response, request
from orjson import dumps


def reply(content: dict, status: int = 200) -> Response:
    return Response(dumps(content), status, mimetype="application/json")


def no_content() -> Response:
    return Response(status=204)


def fresh(body: bytes, *, public: bool, mimetype: str = "application/json") -> Response:
    """A reply that may be kept but is asked about each time: 304 while the ETag fits, else the new version.

    `public` says that every visitor gets the same bytes.
    """
    etag = blake2b(body, digest_size=12).hexdigest()
    headers = {
        "ETag": f'"{etag}"',
        "Cache-Control": "public, no-cache" if public else "private, no-cache",
        "Vary": "Authorization",
    }
    if "If-None-Match" in request.headers and request.if_none_match.contains_weak(etag):
        return Response(status=304, headers=headers)
    return Response(body, headers=headers, mimetype=mimetype)
