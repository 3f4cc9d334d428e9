"""P3: Redis makes the list faster, and never wrong."""

from __future__ import annotations

import statistics
import time
from typing import Any

from grading import metrics
from grading.check import NotChecked, Phase, check
from grading.edge import expect, json_of
from grading.plugin import Job
from grading.stack import Stack
from grading.team import Call, Team
from grading.templates import fill_path, look
from grading.text import Text
from grading.world import World, unique

PAGES = 20
# Warm must take at most this part of cold. TLS and the way through nginx cost both the same.
SHARE = 0.9
OFTEN = 0.7
ROUNDS = 4


def _seconds(world: World, path: str) -> float:
    began = time.perf_counter()
    reply = world.edge.send("GET", path)
    passed = time.perf_counter() - began
    expect(reply, [200])
    return passed


def _pages(team: Team) -> list[str]:
    return [fill_path(team.cache.distinct.partition(" ")[2], {"n": number}) for number in range(PAGES)]


@check(
    "P3.1",
    points=1,
    phase=Phase.LOAD,
    timeout=60,
    why={
        "en": "A cache that saves no time only adds a way to be wrong.",
        "ko": "시간을 아껴 주지 않는 캐시는 틀릴 방법만 하나 더할 뿐입니다.",
    },
    hint={
        "en": "Cache the finished bytes of the reply, not rows that are turned into JSON again each time.",
        "ko": "매번 JSON으로 다시 바꾸는 행이 아니라 완성된 응답 바이트를 캐시하세요.",
    },
)
def warm_is_faster(world: World, team: Team, job: Job, many: list[object]) -> Text:
    """The list comes faster from the cache than from the database.

    목록은 데이터베이스보다 캐시에서 더 빨리 온다.
    """
    pages = _pages(team)
    pairs: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        # A write makes all pages old.
        world.make(team.cache.of)
        # One after the other, so that a machine that becomes slower meanwhile slows both.
        pairs += [(_seconds(world, path), _seconds(world, path)) for path in pages]
    cold, warm = [first for first, _ in pairs], [second for _, second in pairs]
    before, after = statistics.median(cold) * 1000, statistics.median(warm) * 1000
    path = team.cache.request.partition(" ")[2]
    job.measured("latency", f"cold, one client: {path}", p50=round(before, 1), p95=round(_p95(cold), 1))
    job.measured("latency", f"warm, one client: {path}", p50=round(after, 1), p95=round(_p95(warm), 1))
    faster = sum(second < first for first, second in pairs) / len(pairs)
    en = f"cold -> warm, median: {before:.1f} ms -> {after:.1f} ms; faster in {faster:.0%} of {len(pairs)} pairs"
    ko = f"캐시 전 -> 후(중앙값): {before:.1f} ms -> {after:.1f} ms, {len(pairs)}쌍 중 {faster:.0%}에서 빨라짐"
    assert after <= before * SHARE, Text(en, ko)
    # Of two that are alike the second is the faster half the time; in 70 % of 80 pairs once in ten thousand runs.
    assert faster >= OFTEN, Text(en, ko)
    return Text(en, ko)


def _p95(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.95)] * 1000


@check(
    "P3.2",
    points=1,
    phase=Phase.LOAD,
    why={
        "en": "A cache whose hits nobody counts may have stopped working months ago.",
        "ko": "적중을 세지 않는 캐시는 몇 달 전에 멈췄을 수도 있습니다.",
    },
    hint={
        "en": "Count cache_requests_total{cache, result='hit'|'miss'}; see it with: curl on the internal port, /metrics.",
        "ko": "cache_requests_total{cache, result='hit'|'miss'}를 세세요. 내부 포트의 /metrics에서 볼 수 있습니다.",
    },
)
def hits_are_counted(world: World, team: Team, stack: Stack, many: list[object]) -> Text:
    """Hits and misses are counted, and repeated reads are hits.

    적중과 실패가 집계되고, 반복해서 읽으면 적중한다.
    """

    def counts() -> tuple[float, float]:
        samples = metrics.of(stack, team.services.api)
        return tuple(metrics.total(samples, "cache_requests_total", result=one) for one in ("hit", "miss"))  # type: ignore[return-value]

    world.make(team.cache.of)
    hits, misses = counts()
    path = team.cache.request.partition(" ")[2]
    for _ in range(20):
        _seconds(world, path)
    more_hits, more_misses = counts()
    hits, misses = more_hits - hits, more_misses - misses
    assert misses >= 1, Text("a write was followed by no miss", "쓰기 뒤에 캐시 실패가 없음")
    assert hits >= 18, Text(f"20 reads: {hits:g} hits, {misses:g} misses", f"읽기 20번: 적중 {hits:g}, 실패 {misses:g}")
    return Text(f"20 reads: {hits:g} hits, {misses:g} misses", f"읽기 20번: 적중 {hits:g}, 실패 {misses:g}")


@check(
    "P3.3",
    points=1.5,
    phase=Phase.LOAD,
    timeout=60,
    why={
        "en": "A reader who is shown what was changed a minute ago writes to you that it does not work.",
        "ko": "1분 전에 바뀐 내용을 본 사용자는 고장 났다고 연락합니다.",
    },
    hint={
        "en": "Invalidate after the commit and before the reply, by a version that is part of the key, not by waiting for the TTL.",
        "ko": "TTL을 기다리지 말고, 커밋한 뒤 응답하기 전에 키에 든 버전을 올려 무효화하세요.",
    },
)
def cache_is_never_old(world: World, team: Team) -> Text:
    """After a write the cached list shows it at once.

    쓰기가 끝나면 캐시된 목록에 바로 보인다.
    """
    resource = team.resources[team.cache.of]
    by = world.account(resource.by)
    if not resource.delete:
        raise NotChecked(Text("team.yaml: the resource has no `delete`", "team.yaml: 리소스에 `delete`가 없음"))
    rounds = 8
    for _ in range(rounds):
        _items(world, team)
        made = world.make(team.cache.of)
        found = [one for one in _items(world, team) if look(one, team.cache.id) == made.id]
        assert found, Text("the list lacks what was just made", "방금 만든 것이 목록에 없음")
        _changed(world, team, made.variables)
        world.call(resource.delete, made.variables, by)
        left = [one for one in _items(world, team) if look(one, team.cache.id) == made.id]
        assert not left, Text("the list still has what was just deleted", "방금 지운 것이 목록에 남아 있음")
    return Text(f"{rounds} rounds of write and read", f"쓰고 읽기 {rounds}번")


def _changed(world: World, team: Team, variables: dict[str, Any]) -> None:
    """Change the thing; whoever reads it, through the cache, sees that."""
    resource = team.resources[team.cache.of]
    name = resource.changes
    if not (resource.update and resource.read and name and name in resource.shows):
        return
    read = Call(resource.read.request, expect=resource.read.expect)
    world.call(read, variables)
    new = f"Newer {unique()}"
    world.call(resource.update, {**variables, name: new}, world.account(resource.by))
    seen = look(world.call(read, variables), resource.shows[name])
    assert seen == new, Text(
        f"reads {seen!r} after it was changed to {new!r}", f"{new!r}(으)로 바꾼 뒤 {seen!r}(으)로 읽힘"
    )


def _items(world: World, team: Team) -> list[Any]:
    reply = world.edge.send("GET", team.cache.request.partition(" ")[2])
    expect(reply, [200])
    found: list[Any] = look(json_of(reply), team.cache.items)
    return found
