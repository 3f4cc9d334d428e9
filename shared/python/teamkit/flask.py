"""Makes a Flask application one of ours: request ids, access log, figures, problems, health, docs."""

import re
import uuid
from collections.abc import Callable, Iterable
from typing import Any

import orjson
import redis
import sqlalchemy.exc
import structlog
from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from teamkit import docs, logs, metrics, problems
from teamkit.health import Health
from teamkit.problems import Refused, named
from teamkit.settings import Settings

INTERNAL_PORT = "9000"
_SANE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}").fullmatch  # the same as in nginx.conf
_NO_ROUTE = "(none)"
# More than the edge lets in (12 MB).
DRAINED_BYTES = 16_000_000

log = structlog.get_logger()

# What a refusal looks like on the wire: a body and its content type, or None for problem+json.
Shape = Callable[[Refused], "tuple[dict[str, Any], str] | None"]


def install(
    app: Flask,
    settings: Settings,
    health: Health,
    *,
    shape: Shape | None = None,
    openapi_path: str = "/api/openapi.json",
) -> None:
    """Wrap the application; call it once, after the routes are registered or before.

    `shape` may answer some refusals in another form (the blog's RealWorld routes); None keeps
    problem+json. /metrics is served on the internal port only, and nothing else is there.
    """
    logs.configure(settings.service, settings.log_level)
    app.before_request(_note_route)
    _install_errors(app, shape)
    _install_health(app, health)
    _install_docs(app, openapi_path)
    app.wsgi_app = _Middleware(app.wsgi_app, settings.service)  # type: ignore[method-assign]


class _Middleware:
    """Around every request. This runs thousands of times a second: no look-up that can be done once."""

    def __init__(self, wsgi_app: Any, service: str) -> None:
        self._app = wsgi_app
        self._meter = metrics.RequestMeter(service)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["SERVER_PORT"] == INTERNAL_PORT:
            return metrics.wsgi_app(environ, start_response)
        request_id = environ.get("HTTP_X_REQUEST_ID", "")
        if not _SANE_ID(request_id):
            # From a stranger it would go into every log line as it is.
            request_id = uuid.uuid4().hex
        logs.bind_request_id(request_id)
        status = 500

        def start(line: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            nonlocal status
            status = int(line[:3])
            headers.append(("X-Request-ID", request_id))
            return start_response(line, headers, *rest)

        started = self._meter.start()
        try:
            body = self._app(environ, start)
            if status >= 400:
                _drain(environ)
            return body  # type: ignore[no-any-return]
        finally:
            # Until the response begins: a stream lasts as long as its reader likes.
            route, method = environ.get("teamkit.route", _NO_ROUTE), environ["REQUEST_METHOD"]
            seconds = self._meter.finish(started, route, method, status)
            if status >= 400 or not route.startswith("/api/health"):
                logs.access(method, environ["PATH_INFO"], route, status, seconds, environ.get("REMOTE_ADDR", ""))


def client_address() -> str:
    """The client's address as our own nginx saw it: the last hop of the list, which no client can write."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    return forwarded.rpartition(",")[2].strip() or request.remote_addr or "unknown"


def _drain(environ: dict[str, Any]) -> None:
    """Read what a refused caller still sends: closed with bytes unread, the connection is reset, and the edge answers 502."""
    left = DRAINED_BYTES
    while left > 0 and (chunk := environ["wsgi.input"].read(min(left, 65_536))):
        left -= len(chunk)


def _note_route() -> None:
    rule = request.url_rule
    if rule is not None:
        request.environ["teamkit.route"] = rule.rule


def _install_errors(app: Flask, shape: Shape | None) -> None:
    def answer(error: Exception) -> Response | HTTPException:
        if isinstance(error, RequestRedirect):
            return error
        refused = to_refused(error)
        body, content_type = (shape and shape(refused)) or (
            problems.problem(refused, logs.request_id()),
            problems.CONTENT_TYPE,
        )
        response = Response(orjson.dumps(body), refused.status, content_type=content_type)
        response.headers.extend(refused.headers)
        return response

    app.register_error_handler(Exception, answer)
    if hasattr(app, "error_processor"):  # APIFlask's own errors take their own way
        app.error_processor(answer)


def to_refused(error: Exception) -> Refused:
    """Any exception as a refusal. What no rule foresaw is logged in full and shown as a bare 500."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, HTTPException) and error.code is not None:
        kept = ("Allow", "Retry-After", "WWW-Authenticate")
        headers = {name: value for name, value in error.get_headers(request.environ) if name in kept}
        return named(error.code, error.name, error.description or "", headers)
    if hasattr(error, "status_code") and hasattr(error, "extra_data"):  # apiflask.HTTPError
        return _of_apiflask(error)
    if isinstance(error, _DOWN):
        # Without a trace, which says nothing more and takes as long as the request: there are as many of these as users.
        log.error("a service does not answer", error=logs.reason(error))
        return problems.Unavailable()
    log.error("a request failed", exc_info=error)
    return named(500, "Internal Server Error", "")


def _of_apiflask(error: Any) -> Refused:
    detail = error.detail if isinstance(error.detail, str) else ""
    return named(error.status_code, error.message, detail, dict(error.headers), _errors(error.detail))


_DOWN = (
    sqlalchemy.exc.OperationalError,
    sqlalchemy.exc.InterfaceError,
    sqlalchemy.exc.TimeoutError,
    redis.ConnectionError,
    redis.TimeoutError,
)


def _errors(detail: Any) -> dict[str, list[str]]:
    """APIFlask's {location: {field: [message]}} as {field: [message]}."""
    errors: dict[str, list[str]] = {}
    for fields in detail.values() if isinstance(detail, dict) else ():
        if isinstance(fields, dict):
            for field, messages in fields.items():
                errors.setdefault(str(field), []).extend(_messages(messages))
        else:
            errors.setdefault("body", []).extend(_messages(fields))
    return errors


def _messages(messages: Any) -> list[str]:
    if isinstance(messages, dict):
        return [f"{field}: {text}" for field, nested in messages.items() for text in _messages(nested)]
    return [str(text) for text in messages] if isinstance(messages, list) else [str(messages)]


def _install_health(app: Flask, health: Health) -> None:
    def live() -> tuple[Response, int]:
        """The process answers; nothing else is asked."""
        status, body = health.live()
        return jsonify(body), status

    def ready() -> tuple[Response, int]:
        """Every service this one needs answers; 503 names those that do not."""
        status, body = health.ready()
        return jsonify(body), status

    app.add_url_rule("/api/health/live", "health_live", live)
    app.add_url_rule("/api/health/ready", "health_ready", ready)
    app.add_url_rule("/api/health", "health", ready)


def _install_docs(app: Flask, openapi_path: str) -> None:
    def page(name: str = "") -> Response:
        found = docs.asset(name, openapi_path)
        if found is None:
            raise problems.NotFound
        body, content_type, headers = found
        return Response(body, content_type=content_type, headers=headers)

    page.__dict__["_spec"] = {"hide": True}  # APIFlask: this is a page, not a part of the API
    app.add_url_rule("/api/docs", "docs", page)
    app.add_url_rule("/api/docs/<name>", "docs_asset", page)
