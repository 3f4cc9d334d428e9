"""Responses: ready-made bytes, and the headers that keep caches honest."""

from hashlib import blake2b

from django.http import HttpRequest, HttpResponse

from ecommerce import shapes

JSON = "application/json"


def reply(content: dict, status: int = 200) -> HttpResponse:
    return HttpResponse(shapes.json(content), status=status, content_type=JSON)


def no_content() -> HttpResponse:
    return HttpResponse(status=204)


def fresh(request: HttpRequest, body: bytes) -> HttpResponse:
    """A public reply that may be kept but is asked about each time: 304 while the ETag fits, else the new version."""
    etag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
    known = request.META.get("HTTP_IF_NONE_MATCH", "")
    response = HttpResponse(status=304) if etag in known else HttpResponse(body, content_type=JSON)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "public, no-cache"
    return response
