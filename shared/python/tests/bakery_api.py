"""A small API as teams write them, for the tests of the Flask adapter."""

from collections.abc import Iterator
from typing import Any

import redis
import sqlalchemy.exc
from apiflask import APIFlask, Schema
from apiflask.fields import Integer
from flask import Response, abort

from teamkit.apiflask import browser_reports
from teamkit.browser import Reports
from teamkit.connections import database_engine, ping_database, ping_redis, redis_client
from teamkit.events import Events, sse
from teamkit.flask import install
from teamkit.health import Health
from teamkit.problems import Invalid, Refused, TooMany
from teamkit.ratelimit import RateLimit
from teamkit.settings import Settings


class Bakery(Settings):
    team: str = "bakery"
    service: str = "bakery-api"


class Loaf(Schema):
    weight = Integer(required=True)


class OvenIsCold(Refused):
    code, status, title = "oven_is_cold", 409, "The oven is cold."


ERRORS: dict[str, Exception] = {
    "refused": OvenIsCold("Heat it first."),
    "invalid": Invalid(errors={"weight": ["is negative"]}),
    "many": TooMany(2.5),
    "bug": RuntimeError("the password is geheim"),
    "database": sqlalchemy.exc.OperationalError("select geheim", {}, Exception("no route to geheim")),
    "redis": redis.ConnectionError("no route to geheim"),
}


def shape(refused: Refused) -> tuple[dict[str, Any], str] | None:
    """Conflicts have a form of their own."""
    return ({"errors": {"body": [refused.title]}}, "application/json") if refused.status == 418 else None


def build(settings: Settings) -> APIFlask:
    """The application, wired."""
    app = APIFlask(__name__, spec_path="/api/openapi.json", docs_path=None, json_errors=False)
    client = redis_client(settings)
    engine = database_engine(settings)
    checks = {"database": ping_database(engine), "redis": ping_redis(client)}
    events = Events(client, f"{settings.prefix}api-test:")
    app.extensions |= {"events": events, "engine": engine}
    limits = RateLimit(client, f"{settings.prefix}api-test:")
    app.register_blueprint(browser_reports(Reports(settings.service, ["/", "/bread/:number"]), limits, 100))
    install(app, settings, Health(checks), shape=shape)

    @app.get("/api/bread/<int:number>")
    def bread(number: int) -> dict[str, int]:
        return {"number": number}

    @app.get("/api/fail/<kind>")
    def fail(kind: str) -> None:
        if kind in ERRORS:
            raise ERRORS[kind]
        abort(int(kind))

    @app.post("/api/bread")
    @app.input(Loaf)
    def bake(json_data: dict[str, Any]) -> dict[str, Any]:
        return json_data

    @app.get("/api/stream")
    def stream() -> Response:
        reader = events.read("bread", block_ms=200)

        def wire() -> Iterator[bytes]:
            for event in reader:
                yield sse(event)

        return Response(wire(), content_type="text/event-stream")

    @app.post("/api/stream/<kind>")
    def publish(kind: str) -> dict[str, str]:
        return {"id": events.publish("bread", kind, {})}

    return app
