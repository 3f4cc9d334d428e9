"""Uses the application once, in known amounts, so that figures, logs and stores can be compared with what was done."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from grading import pictures
from grading.check import NotChecked
from grading.edge import describe, expect
from grading.prometheus import Prometheus
from grading.stack import eventually
from grading.team import Call, Team
from grading.team.model import Business
from grading.templates import look
from grading.text import Text
from grading.world import World, unique

LISTS, MISSES, MISSING = 20, 5, 5
# Two scrapes of 5 s and what they take.
PROMETHEUS_SECONDS = 15.0
TASK_SECONDS = 20.0


@dataclass(frozen=True)
class Uploaded:
    """An upload under a request id of the grader's, and what became of it."""

    request_id: str
    # The id that the reply carries.
    answered: str
    state: str
    # Addresses of the images that were made.
    urls: list[str]


def upload(world: World) -> Uploaded:
    """Upload a picture and wait for the worker. AssertionError if it is refused."""
    wanted = world.team.upload
    request_id = f"grade-{unique()}"
    variables = world.needed(wanted.needs)
    call = replace(wanted.request, headers={**wanted.request.headers, "X-Request-ID": request_id})
    reply = world.request(
        call, variables, world.account(wanted.by), ("picture.jpg", pictures.photo(900, 600), "image/jpeg")
    )
    expect(reply, wanted.request.expect)
    state, urls = outcome(world, variables)
    return Uploaded(request_id, reply.headers.get("x-request-id", ""), state, urls)


def outcome(world: World, variables: dict[str, Any], seconds: float = TASK_SECONDS) -> tuple[str, list[str]]:
    """What is last told of an upload, once the worker has ended or the time is over, and the images' addresses."""
    wanted = world.team.upload

    def ask() -> Any:
        content = world.call(wanted.poll, variables, world.owner)
        return content if look(content, wanted.state, "absent") in (wanted.ready, wanted.failed) else None

    content = eventually(ask, seconds) or world.call(wanted.poll, variables, world.owner)
    state = str(look(content, wanted.state, "absent"))
    found = look(content, wanted.images) if state == wanted.ready else []
    return state, [str(look(one, wanted.url)) for one in found]


@dataclass
class Usage:
    """What was done, and Prometheus' figures before and after it, by the same names."""

    before: dict[str, float] = field(default_factory=dict)
    after: dict[str, float] = field(default_factory=dict)
    # How much each figure should have grown at least.
    done: dict[str, int] = field(default_factory=dict)
    uploaded: Uploaded | None = None

    def moved(self, name: str) -> float:
        return self.after.get(name, 0.0) - self.before.get(name, 0.0)

    def still(self, *names: str) -> list[str]:
        """Figures that did not grow as they should, as `name: +got of wanted`."""
        return [
            f"{name}: +{self.moved(name):g} of {self.done[name]}"
            for name in names
            if self.moved(name) < self.done[name]
        ]


def expressions(team: Team) -> dict[str, str]:
    """The figures that using the application must move: their name in messages, and how Prometheus is asked."""
    api, worker = f'service="{team.services.api}"', f'service="{team.services.worker}"'
    figures = {
        "requests": f"sum(http_requests_total{{{api}}})",
        "answers with 404": f'sum(http_requests_total{{{api},status="404"}})',
        "durations": f"sum(http_request_duration_seconds_count{{{api}}})",
        "cache hits": f'sum(cache_requests_total{{{api},result="hit"}})',
        "cache misses": f'sum(cache_requests_total{{{api},result="miss"}})',
    }
    if team.services.worker:
        figures["tasks"] = f'sum(tasks_total{{{worker},state="succeeded"}})'
        figures["task durations"] = f"sum(task_duration_seconds_count{{{worker}}})"
    return figures | {one.metric: f"sum({one.metric})" for one in team.monitoring.business}


def use(world: World, prometheus: Prometheus) -> Usage:
    """Read, miss, write, upload; then wait until Prometheus has seen it, or should have."""
    team = world.team
    asked = expressions(team)
    usage = Usage(before={name: prometheus.total(one) for name, one in asked.items()})
    _read(world, usage)
    if team.services.worker:
        usage.uploaded = upload(world)
        usage.done |= {"tasks": 1, "task durations": 1}
    for one in team.monitoring.business:
        _act(world, one, usage)

    def seen() -> bool:
        usage.after = {name: prometheus.total(one) for name, one in asked.items()}
        return not usage.still(*usage.done)

    eventually(seen, PROMETHEUS_SECONDS, every=0.5)
    return usage


def _read(world: World, usage: Usage) -> None:
    cache = world.team.cache
    for _ in range(LISTS):
        expect(world.edge.request(Call(cache.request), {}), [200])
    start = int(unique().split("x")[0], 16) % 1_000_000
    for number in range(MISSES):
        world.edge.request(Call(cache.distinct), {"n": start + number})
    read = world.team.resources[world.team.main].read
    if read is None:
        raise NotChecked(Text("team.yaml: the main resource has no `read`", "team.yaml: main 리소스에 `read`가 없음"))
    missing = world.team.resources[world.team.main].missing
    for _ in range(MISSING):
        reply = world.request(read, {"id": missing, world.team.main: missing}, world.owner)
        assert reply.status_code == 404, Text(f"{describe(reply)} (expected 404)", f"{describe(reply)} (기대: 404)")
    everything = LISTS + MISSES + MISSING
    usage.done |= {
        "requests": everything,
        "durations": everything,
        "answers with 404": MISSING,
        # The first look at the list may be a miss.
        "cache hits": LISTS - 1,
        "cache misses": MISSES,
    }


def _act(world: World, business: Business, usage: Usage) -> None:
    """Do what moves the figure."""
    usage.done[business.metric] = 1
    if business.act == "create" and business.of:
        world.make(business.of)
    elif business.act == "realtime":
        realtime = world.team.realtime
        world.call(realtime.act, world.needed(realtime.needs) | {"marker": unique()}, world.account(realtime.by))
    elif business.act == "upload" and not usage.uploaded:
        usage.uploaded = upload(world)
