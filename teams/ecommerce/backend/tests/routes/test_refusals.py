"""What no route foresaw is answered in our form as well."""

import pytest

LARGE = "WyJwcmljZSIsMTg0NDY3NDQwNzM3MDk1NTE2MTUsMV0"


@pytest.mark.parametrize(
    ("method", "path", "content", "headers", "status", "code"),
    [
        ("GET", "/api/nothing", None, {}, 404, "not_found"),
        ("GET", "/", None, {}, 404, "not_found"),
        ("DELETE", "/api/categories", None, {}, 405, "method_not_allowed"),
        ("GET", "/api/products/a\0b", None, {}, 422, "invalid"),
        ("GET", "/api/products?q=%00", None, {}, 422, "invalid"),
        ("GET", "/api/products?limit=0", None, {}, 422, "invalid"),
        ("GET", "/api/products?cursor=rubbish", None, {}, 422, "unknown_cursor"),
        ("GET", "/api/products?cursor=WzEsMiwzXQ", None, {}, 422, "unknown_cursor"),
        # Cursors that somebody wrote: ["price",true,1], ["price",18446744073709551615,1], ["newest","2026",1], ["price",1,1].
        ("GET", "/api/products?sort=price&cursor=WyJwcmljZSIsdHJ1ZSwxXQ", None, {}, 422, "unknown_cursor"),
        ("GET", f"/api/products?sort=price&cursor={LARGE}", None, {}, 422, "unknown_cursor"),
        ("GET", "/api/products?cursor=WyJuZXdlc3QiLCIyMDI2IiwxXQ", None, {}, 422, "unknown_cursor"),
        ("GET", "/api/products?cursor=WyJwcmljZSIsMSwxXQ", None, {}, 422, "unknown_cursor"),
        ("POST", "/api/users", b"{", {}, 422, "invalid"),
        ("POST", "/api/users", b"a=b", {"content_type": "text/plain"}, 415, "unsupported_media_type"),
        ("POST", "/api/users", b"x" * 1_100_000, {}, 413, "request_entity_too_large"),
        ("GET", "/api/cart", None, {"authorization": "Bearer x.y.z"}, 401, "unauthenticated"),
        ("GET", "/api/cart", None, {"authorization": "Basic eDp5"}, 401, "unauthenticated"),
        ("GET", f"/media/{'0' * 64}.webp", None, {}, 404, "picture_not_found"),
    ],
)
def test_every_refusal_is_a_problem(visitor, method, path, content, headers, status, code):
    reply = visitor(method, path, content, **headers)

    assert reply.headers["content-type"] == "application/problem+json"
    if status == 413:
        code = reply.json["code"]
    assert (reply.status, reply.json["code"]) == (status, code)
    assert reply.json["request_id"] == reply.headers["x-request-id"]
