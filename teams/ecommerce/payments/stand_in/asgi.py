"""Builds, wires and runs the stand-in: python3 -m stand_in.asgi"""

import asyncio
import re
from urllib.parse import parse_qs

import orjson

from stand_in import page
from stand_in.config import Settings, settings
from stand_in.deliveries import Deliveries
from stand_in.ledger import DELAY, REPEATS, Ledger
from teamkit import asgi
from teamkit.connections import ping_redis, redis_client
from teamkit.health import Health
from teamkit.signatures import HEADER, verify

MAX_BODY = 10_000
_ID = r"(?P<id>[0-9a-f-]{36})"
# What a click on the page decides: status, seconds until the shop hears of it, how often it does.
_ACTS = {
    "approve": ("approved", 0.0, 1),
    "decline": ("declined", 0.0, 1),
    "delay": ("approved", DELAY, 1),
    "repeat": ("approved", 0.0, REPEATS),
}

Reply = tuple[int, str, bytes]


def json(status: int, content: object) -> Reply:
    return status, "application/json", orjson.dumps(content)


NOT_FOUND = json(404, {"code": "not_found"})
FORBIDDEN = json(401, {"code": "signature_wrong"})
WRONG = json(422, {"code": "invalid"})


class StandIn:
    """The ASGI application: two kinds of callers, merchants with signatures and customers with browsers."""

    def __init__(self, settings: Settings, ledger: Ledger, health: Health) -> None:
        self._settings, self._ledger, self._health = settings, ledger, health
        self._routes = [
            ("GET", "/api/health/live", self._live),
            ("GET", "/api/health(/ready)?", self._ready),
            ("POST", "/api/payments", self._open),
            ("GET", f"/api/payments/{_ID}", self._get),
            ("POST", f"/api/payments/{_ID}/refund", self._refund),
            ("GET", "/api/pay/style.css", self._style),
            ("GET", f"/api/pay/{_ID}", self._show),
            ("POST", f"/api/pay/{_ID}", self._act),
        ]

    async def __call__(self, scope: asgi.Message, receive: asgi.Receive, send: asgi.Send) -> None:
        """Answer one request."""
        body, more = b"", True
        while more and len(body) <= MAX_BODY:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        status, content_type, content = await asyncio.to_thread(self._answer, scope, body[:MAX_BODY])
        headers = [(b"content-type", content_type.encode()), (b"cache-control", b"no-store")]
        headers.append((b"content-length", b"%d" % len(content)))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def _answer(self, scope: asgi.Message, body: bytes) -> Reply:
        for method, pattern, view in self._routes:
            found = re.fullmatch(pattern, scope["path"])
            if found and method == scope["method"]:
                scope[asgi.ROUTE] = pattern.replace(_ID, "<id>")
                if view in (self._open, self._get, self._refund) and not self._is_merchant(scope, body):
                    return FORBIDDEN
                return view(found.groupdict().get("id", ""), body)
        return NOT_FOUND

    def _is_merchant(self, scope: asgi.Message, body: bytes) -> bool:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        return verify(self._settings.payment_key.get_secret_value(), body, headers.get(HEADER.lower(), ""))

    def _live(self, _: str, body: bytes) -> Reply:
        return json(*self._health.live())

    def _ready(self, _: str, body: bytes) -> Reply:
        return json(*self._health.ready())

    def _open(self, _: str, body: bytes) -> Reply:
        try:
            wish = orjson.loads(body)
            known = wish["id"], wish["amount"], wish["currency"], wish["order"], wish["webhook"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return WRONG
        return json(201, self._ledger.open(*known))

    def _get(self, id: str, body: bytes) -> Reply:
        found = self._ledger.get(id)
        return json(200, found) if found else NOT_FOUND

    def _refund(self, id: str, body: bytes) -> Reply:
        self._ledger.decide(id, "refunded")
        return self._get(id, body)

    def _style(self, _: str, body: bytes) -> Reply:
        return 200, "text/css; charset=utf-8", page.STYLE.encode()

    def _show(self, id: str, body: bytes) -> Reply:
        found = self._ledger.get(id)
        if found is None:
            return NOT_FOUND
        return 200, "text/html; charset=utf-8", page.render(found, self._settings.shop_public_url)

    def _act(self, id: str, body: bytes) -> Reply:
        act = parse_qs(body.decode("latin-1")).get("act", [""])[0]
        if act not in _ACTS:
            return WRONG
        status, after, times = _ACTS[act]
        self._ledger.decide(id, status, after=after, times=times)
        return self._show(id, body)


def main() -> None:
    found = settings()
    client = redis_client(found)
    ledger = Ledger(client, found.prefix)
    app = StandIn(found, ledger, Health({"redis": ping_redis(client)}))
    started = (asgi.serve_metrics(found), Deliveries(ledger, found).start)
    asgi.serve(asgi.Application(app, found, started), found)


if __name__ == "__main__":
    main()
