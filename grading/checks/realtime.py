"""F3: what one does, others see."""

from __future__ import annotations

import contextlib
import time
from functools import partial
from typing import Any

from grading.check import Phase, check
from grading.commands import run
from grading.realtime import Event, Listener, listen
from grading.stack import Stack
from grading.team import Team
from grading.templates import look
from grading.text import Text
from grading.world import Account, World, unique

SECONDS = 2.0


class Stage:
    """A thing with a stream, somebody who acts and somebody who listens."""

    def __init__(self, world: World) -> None:
        self.world, self.realtime = world, world.team.realtime
        self.variables = world.needed(self.realtime.needs)

    @property
    def listener(self) -> Account:
        return self.world.account(self.realtime.listener)

    def listen(self, last: str | None = None) -> contextlib.AbstractContextManager[Listener]:
        listener = self.listener
        return listen(self.world.edge, self.realtime, {**listener.variables, **self.variables}, listener.headers, last)

    def act(self) -> str:
        """Do what others see; returns the mark by which they know it."""
        marker = f"word-{unique()}"
        self.world.call(self.realtime.act, self.variables | {"marker": marker}, self.world.account(self.realtime.by))
        return marker

    def is_it(self, marker: str, event: Event) -> bool:
        fits = self.realtime.event is None or event.name == self.realtime.event
        return fits and look(event.data, self.realtime.marker, None) == marker


@check(
    "F3.1",
    points=1.5,
    why={
        "en": "Live means that nobody presses reload; a stream that a proxy buffers is not live.",
        "ko": "실시간이란 아무도 새로고침하지 않는 것입니다. 프록시가 버퍼에 모으는 스트림은 실시간이 아닙니다.",
    },
    hint={
        "en": "Watch it: curl -kN https://localhost:8443<stream path>. nginx: proxy_buffering off; or X-Accel-Buffering: no. "
        "Publish after the commit.",
        "ko": "직접 보기: curl -kN https://localhost:8443<스트림 경로>. nginx는 proxy_buffering off; 또는 X-Accel-Buffering: no. "
        "커밋한 뒤에 발행하세요.",
    },
)
def others_see_it_at_once(world: World) -> Text:
    """A second client receives within 2 seconds what the first does.

    첫 번째 사용자가 한 일을 두 번째 사용자가 2초 안에 받는다.
    """
    stage = Stage(world)
    delays = []
    with stage.listen() as listener:
        for _ in range(3):
            began = time.monotonic()
            marker = stage.act()
            event = listener.wait_for(partial(stage.is_it, marker), SECONDS + 1)
            heard = [f"{one.name} {one.data}"[:80] for one in listener.seen]
            assert event, Text(
                f"nothing within {SECONDS + 1:g} s ({listener.problem or 'stream open'}); heard: {heard}",
                f"{SECONDS + 1:g}초 안에 아무것도 받지 못함({listener.problem or '스트림은 열림'}); 받은 것: {heard}",
            )
            delays.append(event.at - began)
    worst = max(delays)
    assert worst <= SECONDS, Text(f"after {worst:.2f} s", f"{worst:.2f}초 뒤에 받음")
    return Text(f"within {worst * 1000:.0f} ms", f"{worst * 1000:.0f} ms 안에 받음")


@check(
    "F3.2",
    points=1,
    why={
        "en": "Phones change networks all day; what happens in a tunnel must be there after it.",
        "ko": "휴대전화는 온종일 네트워크를 바꿉니다. 터널 안에서 일어난 일은 터널을 나온 뒤에 보여야 합니다.",
    },
    hint={
        "en": "Give each event an id (a Redis Stream has one), keep the last thousand, and replay after Last-Event-ID.",
        "ko": "이벤트마다 id를 붙이고(Redis Stream에는 이미 있음) 최근 천 개를 남겨 Last-Event-ID 뒤를 다시 보내세요.",
    },
)
def reconnecting_loses_nothing(world: World) -> Text:
    """A client that was away gets what it missed, once and in order.

    끊겼던 클라이언트는 놓친 것을 한 번씩 순서대로 받는다.
    """
    stage = Stage(world)
    with stage.listen() as listener:
        marker = stage.act()
        first = listener.wait_for(lambda one: stage.is_it(marker, one), SECONDS + 1)
        assert first, Text("the first event did not arrive", "첫 이벤트가 오지 않음")
        assert first.id, Text("events have no id to resume after", "이벤트에 이어받을 id가 없음")
    missed = [stage.act() for _ in range(5)]
    got: list[Any] = []
    with stage.listen(first.id) as listener:
        missed.append(stage.act())
        listener.wait_for(lambda one: stage.is_it(missed[-1], one), SECONDS + 1)
        got = [look(one.data, stage.realtime.marker, None) for one in listener.seen]
        got = [one for one in got if one in missed or one == marker]
    assert got == missed, Text(
        f"missed {len(missed)}, received {len(got)}: {[missed.index(one) if one in missed else '?' for one in got]}",
        f"놓친 것 {len(missed)}개, 받은 것 {len(got)}개: {[missed.index(one) if one in missed else '?' for one in got]}",
    )
    return Text(f"{len(got)} of {len(missed)} after a reconnect", f"재접속 뒤 {len(missed)}개 중 {len(got)}개")


@check(
    "F3.3",
    points=1,
    phase=Phase.DISTURBING,
    timeout=120,
    why={
        "en": "With two replicas half of the audience sits at the other one; memory of one process does not reach it.",
        "ko": "복제본이 둘이면 청중의 절반은 다른 쪽에 있습니다. 한 프로세스의 메모리는 거기에 닿지 않습니다.",
    },
    hint={
        "en": "Publish through Redis (XADD or PUBLISH), and let every replica read from there.",
        "ko": "Redis로 발행하고(XADD 또는 PUBLISH), 모든 복제본이 거기서 읽게 하세요.",
    },
)
def replicas_share_the_audience(world: World, stack: Stack, team: Team) -> Text:
    """Two API replicas serve one audience: whoever listens hears, wherever it was said.

    API 복제본 둘이 청중 하나를 섬긴다. 어디에서 말했든 듣는 사람은 듣는다.
    """
    stage = Stage(world)
    with stack.scaled(team.services.api, 2), contextlib.ExitStack() as streams:
        listeners = [streams.enter_context(stage.listen()) for _ in range(8)]
        markers = [stage.act() for _ in range(6)]
        deaf = 0
        for listener in listeners:
            listener.wait_for(lambda one: stage.is_it(markers[-1], one), SECONDS + 1)
            heard = {look(one.data, stage.realtime.marker, None) for one in listener.seen}
            deaf += not set(markers) <= heard
        path = team.realtime.act.path.partition("{")[0]
        busy = [one.name for one in stack.containers(team.services.api) if _was_used(stack, one.id, path)]
    assert not deaf, Text(f"{deaf} of 8 listeners missed something", f"청취자 8명 중 {deaf}명이 놓침")
    assert len(busy) == 2, Text(f"only {busy} was asked", f"요청을 받은 것은 {busy}뿐")
    return Text("8 listeners on 2 replicas heard all 6", "복제본 2개의 청취자 8명이 6개를 모두 받음")


def _was_used(stack: Stack, container: str, path: str) -> bool:
    """Whether the replica's log tells of a request under the path; health probes ask others."""
    result = run("docker", "logs", container, timeout=20, must=False)
    return any(path in line for line in (result.stdout + result.stderr).splitlines())
