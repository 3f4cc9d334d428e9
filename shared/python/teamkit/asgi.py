"""Around every ASGI application of ours: request ids, access log, figures, the internal port, an orderly end."""

import re
import signal
import ssl
import sys
import uuid
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

import uvicorn
from prometheus_client import start_http_server

from teamkit import logs, metrics
from teamkit.settings import Settings

PORT = 8000
INTERNAL_PORT = 9000
ROUTE = "teamkit.route"  # the key of the scope under which a framework's adapter notes the route's template
# Longer than any request may take, shorter than Compose's stop_grace_period.
GRACE_SECONDS = 20

_SANE_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}").fullmatch  # the same as in nginx.conf
_NO_ROUTE = "(none)"

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


class Application:
    """`app`, observed. `on_start` runs when the server is up, in its event loop's thread, before the first request."""

    def __init__(self, app: App, settings: Settings, on_start: Sequence[Callable[[], None]] = ()) -> None:
        logs.configure(settings.service, settings.log_level)
        self._app, self._on_start = app, on_start
        self._meter = metrics.RequestMeter(settings.service)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request, or the server's start and stop."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        for start in self._on_start:
            start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})

    async def _serve(self, scope: Message, receive: Receive, send: Send) -> None:
        """This runs thousands of times a second: no look-up that can be done once."""
        request_id = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
        if not _SANE_ID(request_id):
            # From a stranger it would go into every log line as it is.
            request_id = uuid.uuid4().hex.encode()
        logs.bind_request_id(request_id.decode())
        began, started = False, self._meter.start()

        def finish(status: int) -> None:
            # When the response begins: a stream lasts as long as its reader likes.
            nonlocal began
            began = True
            route, method = scope.get(ROUTE, _NO_ROUTE), scope["method"]
            seconds = self._meter.finish(started, route, method, status)
            if status >= 400 or not route.startswith("/api/health"):
                client = scope["client"][0] if scope.get("client") else ""
                logs.access(method, scope["path"], route, status, seconds, client)

        async def observed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id)]
                finish(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, observed)
        finally:
            if not began:
                # The client hung up first, which nginx calls 499, or the application broke.
                finish(499)


def serve_metrics(settings: Settings) -> Callable[[], None]:
    """For `on_start`: /metrics over HTTPS on the internal port, which the edge does not know."""

    def start() -> None:
        start_http_server(INTERNAL_PORT, certfile=settings.tls_cert, keyfile=settings.tls_key)

    return start


def serve(app: App, settings: Settings) -> None:
    """Serve HTTPS on port 8000 until SIGTERM; requests in flight are answered first."""

    def modern(_: object, default: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
        context = default()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        # The edge opens a connection a request and cannot resume one: tickets would be thrown away.
        context.num_tickets = 0
        return context

    # When uvicorn has stopped in good order it raises the signal again; the process then ends with 0.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    uvicorn.run(
        app,
        host="0.0.0.0",
        port=PORT,
        http="httptools",
        lifespan="on",
        # Ours knows the request id and the route.
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        ssl_certfile=settings.tls_cert,
        ssl_keyfile=settings.tls_key,
        ssl_context_factory=modern,
        timeout_keep_alive=2,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
