"""Stops Redis and PostgreSQL once, for all checks that want to see an outage, and brings them back.

The two outages overlap, because a health check takes three failures and an alert its `for:` before it speaks:
Redis goes first, PostgreSQL joins when the API has turned unhealthy, Redis comes back while PostgreSQL is still down.
"""

from __future__ import annotations

import contextlib
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from grading.edge import Edge, NoAnswer
from grading.prometheus import Mute, Prometheus
from grading.stack import Container, Stack, Unwell, eventually
from grading.team import Team
from grading.text import Text

# Three failed probes of 5 s, after a heartbeat that may be 20 s old.
UNHEALTHY_SECONDS = 45.0
READY_SECONDS = 10.0
BACK_SECONDS = 90.0

ALERTS = """
import json, ssl, urllib.request
context = ssl.create_default_context(cafile="/ca.crt")
with urllib.request.urlopen("https://alertmanager:9093/api/v2/alerts?active=true", context=context, timeout=5) as reply:
    print(json.dumps([one["labels"]["alertname"] for one in json.load(reply)]))
"""


@dataclass
class Seen:
    """What could be seen from outside while one thing was down."""

    # Status of the liveness and the readiness route; None: no answer.
    live: int | None = None
    ready: int | None = None
    # What readiness said, as text.
    said: str = ""
    # Service -> health as the engine tells it, and the seconds until it turned.
    health: dict[str, str | None] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass
class Outage:
    first: str
    second: str
    # With only the first down, with both, with only the second.
    one: Seen = field(default_factory=Seen)
    both: Seen = field(default_factory=Seen)
    other: Seen = field(default_factory=Seen)
    # The API's own health check failed with only the second down.
    probe_failed: bool = False
    back: Text | None = None
    back_after: float = 0.0
    waited: float = 0.0
    fired_after: float = 0.0
    firing: set[str] = field(default_factory=set)
    at_alertmanager: set[str] = field(default_factory=set)


def cause(stack: Stack, edge: Edge, prometheus: Prometheus, team: Team) -> Outage:
    """Make the outage and look; everything runs again afterwards, or `back` says what does not."""
    cache, database = team.services.cache, team.services.database
    api = team.services.api
    background = [name for name in (team.services.worker, team.services.scheduler) if name]
    outage = Outage(cache, database)
    before = _firing(prometheus)
    began = time.monotonic()
    try:
        stack.compose("stop", "-t", "10", cache)
        _look(edge, outage.one, {cache})
        _turned(stack, outage.one, [api], began)
        stack.compose("stop", "-t", "10", database)
        _look(edge, outage.both, {cache, database})

        def fired() -> bool:
            outage.firing = _firing(prometheus) - before
            if outage.firing and not outage.fired_after:
                outage.fired_after = time.monotonic() - began
            return bool(outage.firing)

        _turned(stack, outage.both, background, began, fired)
        outage.waited = time.monotonic() - began
        outage.at_alertmanager = eventually(lambda: _at_alertmanager(stack) & outage.firing, 6, every=1)
        stack.compose("start", cache)
        with contextlib.suppress(Unwell):
            stack.wait_well(cache, timeout=BACK_SECONDS)
        since = datetime.now(UTC)
        _look(edge, outage.other, {database})
        outage.probe_failed = bool(eventually(lambda: _probe_failed(stack, api, since), READY_SECONDS, every=0.5))
    finally:
        outage.back = _restore(stack, cache, database)
        outage.back_after = time.monotonic() - began - outage.waited
    return outage


def _restore(stack: Stack, *services: str) -> Text | None:
    stack.compose("start", *services)
    try:
        stack.wait_well(timeout=BACK_SECONDS)
    except Unwell as problem:
        return Text.of(problem.args[0])
    return None


def _look(edge: Edge, seen: Seen, down: set[str]) -> None:
    """Ask both health routes, until readiness is what it should be or 10 s are over."""

    def ask() -> bool:
        with contextlib.suppress(NoAnswer):
            reply = edge.send("GET", "/api/health/ready")
            seen.ready, seen.said = reply.status_code, reply.text[:400]
        return seen.ready == 503 and named(seen.said) == down

    eventually(ask, READY_SECONDS, every=0.5)
    with contextlib.suppress(NoAnswer):
        seen.live = edge.send("GET", "/api/health/live").status_code


NAMES = {"postgres": ("database", "postgres", "db"), "redis": ("redis", "cache", "broker")}


def named(said: str) -> set[str]:
    """Which of the two readiness calls down. `checks` maps a name to `ok` or to what is wrong."""
    try:
        checks: Any = json.loads(said).get("checks")
    except (ValueError, AttributeError):
        return set()
    if not isinstance(checks, dict):
        return set()
    down = {str(name).lower() for name, state in checks.items() if str(state).lower() not in ("ok", "up", "true")}
    return {service for service, names in NAMES.items() if down & set(names)}


def _turned(stack: Stack, seen: Seen, services: list[str], began: float, *others: Any) -> None:
    """Wait until the services are unhealthy and everything else is true, at most 45 s."""

    def look() -> bool:
        for container in stack.containers(*services) if services else []:
            seen.health[container.service] = container.health
            if container.health == "unhealthy":
                seen.seconds.setdefault(container.service, time.monotonic() - began)
        answers = [one() for one in others]
        return all(answers) and all(seen.health.get(one) == "unhealthy" for one in services)

    eventually(look, UNHEALTHY_SECONDS, every=0.5)


def _probe_failed(stack: Stack, service: str, since: datetime) -> bool:
    """A health check that began after this moment failed, or the container is unhealthy with no newer success."""
    return any(code != 0 for when, code in probes(stack.container(service)) if when > since)


def probes(container: Container) -> list[tuple[datetime, int]]:
    """When the last health checks began, and their exit codes."""
    log = (container.inspected["State"].get("Health") or {}).get("Log") or []
    return [(_moment(one["Start"]), int(one["ExitCode"])) for one in log]


def _moment(text: str) -> datetime:
    """Docker tells nanoseconds, Python reads microseconds."""
    head, _, rest = text.partition(".")
    zone = "+00:00" if rest.endswith("Z") or not rest else rest.lstrip("0123456789")
    digits = "".join(one for one in rest.removesuffix("Z").removesuffix(zone) if one.isdigit())[:6]
    return datetime.fromisoformat(f"{head.removesuffix('Z')}.{digits:0<6}{zone}")


def _firing(prometheus: Prometheus) -> set[str]:
    with contextlib.suppress(Mute):
        return prometheus.firing()
    return set()


def _at_alertmanager(stack: Stack) -> set[str]:
    result = stack.inside("app", ALERTS)
    try:
        return set(json.loads(result.stdout))
    except ValueError:
        return set()
