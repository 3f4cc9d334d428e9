"""A small API as teams write them, for the tests of the Django adapter."""

import os
from typing import Any

import django
import redis
from django.db import OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path
from ninja import Schema
from ninja.errors import HttpError

from teamkit import asgi
from teamkit.async_events import AsyncEvents, async_redis_client
from teamkit.connections import ping_redis, redis_client
from teamkit.django import Handler, client_address, in_thread, ninja_api, stream
from teamkit.events import Events
from teamkit.health import Health
from teamkit.problems import Invalid, TooMany
from tests.bakery_api import OvenIsCold
from tests.bakery_settings import settings

django.setup()

handler400 = "teamkit.django.bad_request"
handler403 = "teamkit.django.forbidden"
handler404 = "teamkit.django.not_found"
handler500 = "teamkit.django.failed"

ERRORS: dict[str, Exception] = {
    "refused": OvenIsCold("Heat it first."),
    "invalid": Invalid(errors={"weight": ["is negative"]}),
    "many": TooMany(2.5),
    "missing": Http404("geheim"),
    "teapot": HttpError(418, "Short and stout."),
    "bug": RuntimeError("the password is geheim"),
    "database": OperationalError("no route to geheim"),
    "redis": redis.ConnectionError("no route to geheim"),
}
keys = redis_client(settings)
events = Events(keys, f"{settings.prefix}api-test:")
live = AsyncEvents(events, async_redis_client(settings))


class Loaf(Schema):
    weight: int


def one(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


api = ninja_api(
    "Bakery",
    Health({"database": lambda: one("SELECT 1"), "redis": ping_redis(keys)}),
    {"missing": "is needed"},
)


@api.get("/bread/{int:number}")
def bread(request: HttpRequest, number: int):
    return {"number": number}


@api.post("/bread")
def bake(request: HttpRequest, payload: Loaf):
    return {"weight": payload.weight}


@api.get("/fail/{kind}")
def fail(request: HttpRequest, kind: str):
    raise ERRORS[kind]


@api.get("/connection")
def which_connection(request: HttpRequest):
    """The server's process that answers this thread."""
    return {"pid": one("SELECT pg_backend_pid()")}


@api.get("/address")
def address(request: HttpRequest):
    return {"address": client_address(request)}


@api.get("/stream")
async def listen(request: HttpRequest) -> StreamingHttpResponse:
    await in_thread(one, "SELECT 1")
    return stream(await live.read("bread", None), lambda: None)


@api.post("/stream/{kind}")
def publish(request: HttpRequest, kind: str):
    return {"id": events.publish("bread", kind, {})}


def plain(request: HttpRequest, kind: str) -> HttpResponse:
    """A view that is none of ninja's."""
    raise ERRORS[kind]


urlpatterns = [path("api/", api.urls), path("plain/<kind>", plain)]


def serve() -> None:
    """Not when this module is run as a program: Django would import it once more, for its routes."""
    # The tests run beside other servers, so the ports are not always 8000 and 9000.
    asgi.PORT, asgi.INTERNAL_PORT = int(os.environ["API_PORT"]), int(os.environ["INTERNAL_PORT"])
    starts = [asgi.serve_metrics(settings), lambda: events.end_on_sigterm()]
    asgi.serve(asgi.Application(Handler(), settings, starts), settings)
