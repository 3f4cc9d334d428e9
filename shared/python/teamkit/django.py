"""Makes a Django project with a NinjaAPI one of ours: route templates, problems, health, docs, streams."""

import asyncio
import contextlib
import contextvars
import select
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any, TypeVar

import django.db
import orjson
import redis
import structlog
from asgiref.sync import iscoroutinefunction
from django.core import signals
from django.core.exceptions import PermissionDenied, RequestAborted, RequestDataTooBig, SuspiciousOperation
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.base import BaseHandler
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.multipartparser import MultiPartParserError
from django.urls import Resolver404, resolve
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser

from teamkit import asgi, docs, logs, problems
from teamkit.events import Event, sse
from teamkit.health import Health
from teamkit.problems import Invalid, Refused, named

# The one name that every route gives to its body: it is no part of a field's.
BODY = "payload"
# A first byte, or the client would not know that it is connected before something happens.
OPEN = b": open\n\n"
# Each holds a connection to the database; more of them are more containers.
THREADS = 12

T = TypeVar("T")

log = structlog.get_logger()


class Handler(ASGIHandler):  # type: ignore[misc]
    """Serves synchronous views from a few threads that live as long as the process, each with its own connection.

    Django's own handler starts a thread a request and changes threads three times, and an open stream keeps its
    thread: 200 visitors would need 200 threads and as many connections. Here a synchronous view takes one change,
    and a stream takes none. What is asynchronous must not use the database; see `in_thread`.
    """

    def __init__(self) -> None:
        super().__init__()
        self._synchronous = _Synchronous()
        self._synchronous.load_middleware()

    async def __call__(self, scope: Any, receive: asgi.Receive, send: asgi.Send) -> None:
        """Serve one request."""
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        with contextlib.closing(body):
            await self._serve(scope, body, receive, send)

    async def _serve(self, scope: Any, body: Any, receive: asgi.Receive, send: asgi.Send) -> None:
        request, response = self.create_request(scope, body)
        if request is None:
            await self.send_response(response, send)
        elif (refused := _unreadable(request)) is not None:
            await self.send_response(respond(refused), send)
        elif _is_asynchronous(request.path_info):
            await self._while_connected(await self.get_response_async(request), receive, send)
        else:
            await self.send_response(await in_thread(self._answer, request), send)

    def resolve_request(self, request: HttpRequest) -> Any:
        """Find the view; the route's template goes into the scope."""
        return _note_route(request, super().resolve_request(request))

    def _answer(self, request: HttpRequest) -> HttpResponse:
        _drop_closed_connections()
        signals.request_started.send(sender=self.__class__, scope=request.scope)
        response = self._synchronous.get_response(request)
        if response.status_code == 405:
            response = respond(named(405, "Method Not Allowed", headers={"Allow": response["Allow"]}))
        response.close()
        return response

    async def _while_connected(self, response: Any, receive: asgi.Receive, send: asgi.Send) -> None:
        sending = asyncio.create_task(self.send_response(response, send))
        # After a request's body comes nothing but the news that the client has gone.
        leaving = asyncio.ensure_future(receive())
        await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        for task in (sending, leaving):
            task.cancel()
        await asyncio.gather(sending, leaving, return_exceptions=True)
        response.close()


class _Synchronous(BaseHandler):  # type: ignore[misc]
    def process_exception_by_middleware(self, exception: Exception, request: HttpRequest) -> Any:
        # What ninja's views refuse never comes here; a plain view may refuse as well.
        if isinstance(exception, Refused):
            return respond(exception)
        return super().process_exception_by_middleware(exception, request)

    def resolve_request(self, request: HttpRequest) -> Any:
        return _note_route(request, super().resolve_request(request))


_threads = ThreadPoolExecutor(THREADS, "request")


async def in_thread(work: Callable[..., T], *arguments: Any) -> T:
    """The result of a function that uses the database, from a thread that has a connection."""
    run = contextvars.copy_context().run
    return await asyncio.get_running_loop().run_in_executor(_threads, run, work, *arguments)


def _is_asynchronous(path: str) -> bool:
    try:
        return iscoroutinefunction(resolve(path).func)
    except Resolver404:
        return False


def _note_route(request: HttpRequest, match: Any) -> Any:
    request.scope[asgi.ROUTE] = f"/{match.route}"
    return match


def _unreadable(request: HttpRequest) -> Refused | None:
    # PostgreSQL cannot even compare a text with this character in it.
    if "\0" in request.path or "%00" in request.META["QUERY_STRING"]:
        return Invalid(errors={"path": ["must not contain a NUL character"]})
    return None


def _drop_closed_connections() -> None:
    """An idle connection has nothing to read unless the server hung up, and the kernel knows without a question."""
    for connection in django.db.connections.all(initialized_only=True):
        if connection.connection is not None:
            poller = select.poll()
            poller.register(connection.connection.fileno(), select.POLLIN)
            if poller.poll(0):
                connection.close()


class JsonParser(Parser):
    """The body as JSON says it, or a refusal: not JSON is 415, broken JSON is 422."""

    def parse_body(self, request: HttpRequest) -> Any:
        """See the class."""
        if request.content_type != "application/json":
            raise named(415, "Unsupported Media Type", "Send application/json.")
        try:
            return orjson.loads(request.body)
        except orjson.JSONDecodeError:
            raise Invalid(errors={"body": ["is not valid JSON"]}) from None


class _Api(NinjaAPI):
    """Its document says of refusals that they are problem+json; ninja's own says application/json of every reply."""

    def get_openapi_schema(self, *arguments: Any, **more: Any) -> OpenAPISchema:
        """See the class."""
        document = super().get_openapi_schema(*arguments, **more)
        operations = (operation for path in document["paths"].values() for operation in path.values())
        for reply in (reply for operation in operations for reply in operation["responses"].values()):
            content = reply.get("content", {})
            if content.get("application/json", {}).get("schema", {}).get("$ref") == "#/components/schemas/Problem":
                content[problems.CONTENT_TYPE] = content.pop("application/json")
        return document


def ninja_api(title: str, health: Health, words: Mapping[str, str] | None = None) -> NinjaAPI:
    """An API to mount at `api/`: its errors are problems, and health and docs are in it.

    `words` replaces pydantic's sentence for a kind of error (`missing`, `int_parsing`) by ours.
    """
    api = _Api(title=title, docs_url=None, openapi_url="/openapi.json", parser=JsonParser())

    def answer(request: HttpRequest, error: Any) -> HttpResponse:
        return respond(to_refused(error, words or {}))

    for kind in (Exception, Http404, HttpError, ValidationError):
        api.add_exception_handler(kind, answer)
    api.add_router("", _health(health))
    api.add_router("", _docs())
    return api


def respond(refused: Refused) -> HttpResponse:
    """A refusal as problem+json."""
    body = orjson.dumps(problems.problem(refused, logs.request_id()))
    return HttpResponse(body, status=refused.status, content_type=problems.CONTENT_TYPE, headers=refused.headers)


def to_refused(error: Exception, words: Mapping[str, str] | None = None) -> Refused:
    """Any exception as a refusal. What no rule foresaw is logged in full and shown as a bare 500."""
    if isinstance(error.__cause__, Refused):  # ninja wraps what a parser raises
        return error.__cause__
    if isinstance(error, Refused):
        return error
    if isinstance(error, ValidationError):
        return Invalid(errors=_in_words(error.errors, words or {}))
    for kind, status in _STATUS.items():
        if isinstance(error, kind):
            return named(status, HTTPStatus(status).phrase)
    if isinstance(error, HttpError):
        return named(error.status_code, HTTPStatus(error.status_code).phrase, str(error))
    if isinstance(error, _DOWN):
        # Without a trace, which says nothing more and takes as long as the request: there are as many of these as users.
        log.error("a service does not answer", error=logs.reason(error))
        return problems.Unavailable()
    log.error("a request failed", exc_info=error)
    return named(500, "Internal Server Error")


_STATUS: dict[type[Exception], int] = {
    Http404: 404,
    PermissionDenied: 403,
    RequestDataTooBig: 413,
    MultiPartParserError: 422,
    SuspiciousOperation: 400,
}
_DOWN = (django.db.OperationalError, django.db.InterfaceError, redis.ConnectionError, redis.TimeoutError)


def _in_words(found: Sequence[Mapping[str, Any]], words: Mapping[str, str]) -> dict[str, list[str]]:
    """Pydantic's list as {field: [message]}."""
    errors: dict[str, list[str]] = {}
    for one in found:
        names = [str(part) for part in one["loc"][1:] if part != BODY]
        message = words.get(one["type"], one["msg"])
        errors.setdefault(".".join(names) or "body", []).append(message)
    return errors


# Django calls these where no view of ninja's has answered: `handler404 = "teamkit.django.not_found"` in urls.py.


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Instead of Django's page for 400."""
    return respond(to_refused(exception))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Instead of Django's page for 403."""
    return respond(problems.Forbidden())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Instead of Django's page for 404."""
    return respond(problems.NotFound())


def failed(request: HttpRequest) -> HttpResponse:
    """Instead of Django's page for 500; Django has logged why."""
    return respond(named(500, "Internal Server Error"))


def _health(health: Health) -> Router:
    router = Router(tags=["Health"])

    def reply(answer: tuple[int, dict[str, Any]]) -> HttpResponse:
        status, body = answer
        return HttpResponse(orjson.dumps(body), status=status, content_type="application/json")

    @router.get("/health/live", operation_id="Live", response={200: dict[str, Any]})
    async def live(request: HttpRequest) -> HttpResponse:
        """The process answers; nothing else is asked."""
        return reply(health.live())

    async def ready(request: HttpRequest) -> HttpResponse:
        """Every service this one needs answers; 503 names those that do not."""
        # Not `in_thread`: those may all be waiting for the database.
        return reply(await asyncio.to_thread(health.ready))

    possible = {200: dict[str, Any], 503: dict[str, Any]}
    router.get("/health/ready", operation_id="Ready", response=possible)(ready)
    router.get("/health", operation_id="Health", response=possible)(ready)
    return router


def _docs() -> Router:
    router = Router()

    def page(name: str) -> HttpResponse:
        found = docs.asset(name, "/api/openapi.json")
        if found is None:
            raise problems.NotFound
        body, content_type, headers = found
        return HttpResponse(body, content_type=content_type, headers=headers)

    @router.get("/docs", include_in_schema=False)
    def docs_page(request: HttpRequest) -> HttpResponse:
        """Swagger UI, from our own files."""
        return page("")

    @router.get("/docs/{name}", include_in_schema=False)
    def docs_asset(request: HttpRequest, name: str) -> HttpResponse:
        """One of its files."""
        return page(name)

    return router


def client_address(request: HttpRequest) -> str:
    """The client's address as our own nginx saw it: the last hop of the list, which no client can write."""
    forwarded: str = request.META.get("HTTP_X_FORWARDED_FOR", "")
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR") or "unknown"


def stream(events: AsyncIterator[Event | None], on_end: Callable[[], None]) -> StreamingHttpResponse:
    """Server-Sent Events until the reader goes or the process ends; then `on_end` is called."""

    async def wire() -> AsyncIterator[bytes]:
        yield OPEN
        async for event in events:
            yield sse(event)

    class Stream(StreamingHttpResponse):  # type: ignore[misc]
        def close(self) -> None:
            on_end()
            super().close()

    response = Stream(wire(), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    # nginx would collect events until a buffer is full.
    response["X-Accel-Buffering"] = "no"
    return response
