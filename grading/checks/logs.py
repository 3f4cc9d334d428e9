"""M2: logs that a program can read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import partial
from typing import Any

from grading.check import NotChecked, Phase, check
from grading.edge import describe
from grading.outage import Outage
from grading.stack import Stack, eventually
from grading.team import Call, Team
from grading.text import Text, joined
from grading.usage import Usage
from grading.world import World, unique

# What programs that are not ours call the three things that every line must tell.
TIME = {"ts", "time", "timestamp", "@timestamp", "t", "datetime"}
LEVEL = {"level", "lvl", "severity", "loglevel", "error_severity", "levelname"}
# `caller`: some lines of Prometheus have nothing but the place that wrote them.
MESSAGE = {"event", "msg", "message", "text", "caller"}
LOG_SECONDS = 5.0


def fault(line: str) -> Text | None:
    """What is wrong with a line; None if a program can read it."""
    try:
        content = json.loads(line)
    except ValueError:
        return Text("not JSON", "JSON이 아님")
    if not isinstance(content, dict):
        return Text("not an object", "객체가 아님")
    lacking = [
        name for name, known in (("time", TIME), ("level", LEVEL), ("message", MESSAGE)) if not known & set(content)
    ]
    return Text(f"no {', '.join(lacking)}", f"{', '.join(lacking)} 없음") if lacking else None


@check(
    "M2.1",
    points=1,
    phase=Phase.DISTURBING,
    timeout=60,
    why={
        "en": "The line that does not parse is the one with the stack trace; a search for level=error does not find it.",
        "ko": "파싱되지 않는 줄은 바로 스택 트레이스가 있는 줄입니다. level=error로 찾아도 나오지 않습니다.",
    },
    hint={
        "en": "docker compose logs --no-log-prefix <service> | jq -c . > /dev/null names the first bad line. Send the standard "
        "library's logging, warnings and sys.excepthook through the same JSON formatter.",
        "ko": "docker compose logs --no-log-prefix <서비스> | jq -c . > /dev/null 이 첫 번째 잘못된 줄을 알려 줍니다. "
        "표준 logging, warnings, sys.excepthook도 같은 JSON 포매터로 보내세요.",
    },
)
def every_line_is_json(stack: Stack, outage: Outage, spared: dict[str, str]) -> Text:
    """Every line of every service, on bad days too, is JSON with a time, a level and a message.

    모든 서비스의 모든 줄이, 장애 중에도, 시각·수준·메시지를 가진 JSON이다.
    """
    wrong, total = [], 0
    services = [one for one in stack.services if one not in spared]
    for service in services:
        lines = stack.logs(service)
        total += len(lines)
        bad = [(line, said) for line in lines if (said := fault(line))]
        if bad:
            line, said = bad[0]
            number = f"{len(bad)}/{len(lines)}"
            wrong.append(
                Text(f"{service}: {number}, {said}: {line[:140]}", f"{service}: {number}줄, {said.ko}: {line[:140]}")
            )
    assert not wrong, joined(list(wrong))
    assert total, Text("nobody has logged anything", "로그가 하나도 없음")
    return Text(f"{total} lines of {len(services)} services", f"서비스 {len(services)}개의 {total}줄")


@check(
    "M2.2",
    points=1,
    why={
        "en": "One id turns three logs of three programs into the one story of the user who complains.",
        "ko": "id 하나가 세 프로그램의 세 로그를 불평하는 사용자의 이야기 하나로 만듭니다.",
    },
    hint={
        "en": "nginx makes X-Request-ID (or keeps a sane one) and passes it on; the API binds it to every line and sends it along "
        "in the task's headers; the worker binds it again. Search: docker compose logs | grep <id>.",
        "ko": "nginx가 X-Request-ID를 만들거나(온전한 것은 유지) 전달하고, API는 모든 줄에 넣고 작업 헤더로 보내며, 워커가 다시 넣습니다. "
        "찾기: docker compose logs | grep <id>.",
    },
)
def one_id_from_edge_to_worker(usage: Usage, world: World, stack: Stack, team: Team) -> Text:
    """One request id is found in the logs of edge, API and worker.

    요청 id 하나를 입구, API, 워커의 로그에서 찾을 수 있다.
    """
    uploaded = usage.uploaded
    if uploaded is None:
        raise NotChecked(Text("team.yaml names no worker", "team.yaml에 워커가 없음"))
    wanted = [one for one in (team.services.edge, team.services.api, team.services.worker) if one]

    def without() -> list[str]:
        return [service for service in wanted if not _carries(stack.logs(service), uploaded.request_id)]

    eventually(lambda: not without(), LOG_SECONDS, every=0.5)
    lacking = without()
    assert not lacking, Text(
        f"the id of an upload is not in the log of {', '.join(lacking)}",
        f"업로드의 id가 로그에 없음: {', '.join(lacking)}",
    )
    assert uploaded.answered == uploaded.request_id, Text(
        f"sent {uploaded.request_id}, the reply says {uploaded.answered!r}",
        f"{uploaded.request_id}을(를) 보냈는데 응답은 {uploaded.answered!r}",
    )
    # Every id that the edge lets in must be the one that the API writes down.
    for sane in (f"{unique()}.a-b_c", "x" * 8, "y" * 64):
        reply = world.edge.request(Call(team.cache.request), {}, {"X-Request-ID": sane})
        answered = reply.headers.get("x-request-id", "")
        assert answered, Text(
            f"{describe(reply)[:80]} has no X-Request-ID", f"{describe(reply)[:80]}: X-Request-ID 없음"
        )
        found = eventually(partial(_logged, stack, team.services.api, answered), LOG_SECONDS)
        assert found, Text(
            f"the edge answers with {answered}, which the API never logs",
            f"입구가 답한 {answered}이(가) API 로그에 없음",
        )
    for hostile in ('a"b} {"level":"info', "z" * 500):
        reply = world.edge.send("GET", "/api/health", headers={"X-Request-ID": hostile})
        answered = reply.headers.get("x-request-id", "")
        assert hostile not in answered, Text(
            f"{hostile[:30]!r} is taken as an id", f"{hostile[:30]!r}을(를) id로 받아들임"
        )
    return Text(f"{uploaded.request_id} in {', '.join(wanted)}", f"{uploaded.request_id}: {', '.join(wanted)}")


def _logged(stack: Stack, service: str, request_id: str) -> bool:
    return _carries(stack.logs(service), request_id)


def _carries(lines: Iterable[str], request_id: str) -> bool:
    """A line has the id as a value of its own, not inside a path."""
    for line in lines:
        if request_id in line:
            try:
                content: Any = json.loads(line)
            except ValueError:
                continue
            if isinstance(content, dict) and request_id in content.values():
                return True
    return False


@check(
    "M2.3",
    points=1,
    timeout=45,
    why={
        "en": "Passwords get into logs on the day something goes wrong: in the body that did not parse, in the address of a link.",
        "ko": "비밀번호는 문제가 생긴 날 로그에 남습니다. 파싱되지 않은 본문이나 링크 주소에 담겨서요.",
    },
    hint={
        "en": "Log the path without its query, never bodies or headers, and blank password, token, secret, authorization and cookie "
        "in the log processor, in the text of errors too.",
        "ko": "경로는 쿼리 없이, 본문과 헤더는 절대 기록하지 말고, 로그 처리기에서 password·token·secret·authorization·cookie를 "
        "오류 문구까지 포함해 가리세요.",
    },
)
def failures_give_nothing_away(world: World, stack: Stack, team: Team) -> Text:
    """What people type is in no log, also when the request fails.

    요청이 실패해도 사람이 입력한 비밀번호와 토큰은 로그에 남지 않는다.
    """
    typed = {name: f"Typed-{unique()}-{name}" for name in ("wrong", "broken", "refused", "query", "header", "cookie")}
    signup, login = team.auth.signup, team.auth.login
    known = {**world.owner.variables, "unique": unique()}
    edge = world.edge
    edge.request(login, {**known, "password": typed["wrong"]})
    broken = f'{{"password": "{typed["broken"]}"'.encode()
    edge.send("POST", login.path, headers={"Content-Type": "application/json"}, content=broken)
    edge.request(signup, {**known, "email": "no-address", "name": "", "password": typed["refused"]})
    edge.send("GET", f"/api/health?token={typed['query']}&password={typed['query']}")
    for path in (team.auth.me.path, "/api/health"):
        edge.send(
            "GET", path, headers={"Authorization": f"Bearer {typed['header']}", "Cookie": f"session={typed['cookie']}"}
        )
        edge.send("GET", path, headers={"Authorization": f"Token {typed['header']}"})
    mark = f"grade-{unique()}"
    edge.send("GET", "/api/health", headers={"X-Request-ID": mark})
    eventually(lambda: any(mark in line for line in stack.logs(team.services.edge)), LOG_SECONDS)
    logs = {service: "\n".join(stack.logs(service)) for service in stack.services}
    wrong = [
        Text(f"{service}: what was typed as {name}", f"{service}: {name}(으)로 입력한 것")
        for service, text in logs.items()
        for name, value in typed.items()
        if value in text
    ]
    assert not wrong, joined(list(wrong))
    return Text(
        f"{len(typed)} typed words in no log of {len(logs)}", f"입력한 {len(typed)}개가 로그 {len(logs)}개에 없음"
    )
