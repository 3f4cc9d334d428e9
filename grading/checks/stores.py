"""A1: PostgreSQL, Redis, Prometheus and Grafana, each holding what is theirs."""

from __future__ import annotations

import json
import ssl
from pathlib import Path

import httpx

from grading import kernel
from grading.check import check
from grading.checks.dashboards import without_grafana
from grading.prometheus import Prometheus
from grading.stack import Stack, eventually
from grading.team import Team
from grading.text import Text
from grading.usage import Usage
from grading.world import World

# Two scrapes, and what they take.
FIGURE_SECONDS = 12.0


@check(
    "A1.5",
    points=0.5,
    why={
        "en": "What is kept in a process's memory is shown by one replica and not by the next.",
        "ko": "프로세스 메모리에 둔 것은 어떤 복제본에는 보이고 다른 복제본에는 보이지 않습니다.",
    },
    hint={
        "en": "Look: docker compose exec postgres psql -U postgres -d <team> -c '\\dt+'. Commit before the reply.",
        "ko": "직접 보기: docker compose exec postgres psql -U postgres -d <팀> -c '\\dt+'. 응답하기 전에 커밋하세요.",
    },
)
def a_row_is_in_the_database(world: World, stack: Stack, team: Team) -> Text:
    """What a user made is a row in PostgreSQL.

    사용자가 만든 것은 PostgreSQL의 행이다.
    """
    made = world.make(team.main)
    words = [str(value) for value in made.values.values() if len(str(value)) >= 12]
    assert words, f"team.yaml: resources.{team.main}.values has none that is long enough to be looked for"
    for table in team.data.tables:
        pattern = words[0].replace("'", "''")
        found = stack.database(f"SELECT count(*) FROM {table} t WHERE strpos(t::text, '{pattern}') > 0", team.team)
        if found != "0":
            return Text(f"in the table {table}", f"테이블 {table}")
    tables = ", ".join(team.data.tables)
    raise AssertionError(Text(f"{words[0]!r} is in none of {tables}", f"{words[0]!r}이(가) {tables}에 없음"))


@check(
    "A1.6",
    points=0.5,
    timeout=40,
    why={
        "en": "A Redis that nobody uses is a container to patch for nothing.",
        "ko": "아무도 쓰지 않는 Redis는 괜히 관리할 컨테이너일 뿐입니다.",
    },
    hint={
        "en": "Cache, queue, refresh tokens and events belong in Redis under the prefix <team>: that its ACL user may use.",
        "ko": "캐시, 큐, refresh 토큰, 이벤트는 Redis에, ACL 사용자가 쓸 수 있는 <팀>: 접두사 아래에 두세요.",
    },
)
def keys_are_in_redis(usage: Usage, stack: Stack, prometheus: Prometheus, team: Team) -> Text:
    """Redis holds keys of the team, under the team's prefix.

    Redis에 팀의 접두사를 가진 키가 있다.
    """
    keys = eventually(lambda: prometheus.total('redis_db_keys{db="db0"}'), FIGURE_SECONDS, every=0.5)
    assert keys, Text("Redis holds no key", "Redis에 키가 없음")
    container = stack.container(team.services.cache)
    kernel.require(container.pid, container.id)
    # Its user may not list keys, so the file that it appends every write to is read.
    prefix = f"{team.team}:".encode()
    files = [one for one in Path(f"/proc/{container.pid}/root/data").rglob("*.aof") if one.is_file()]
    assert files, Text("Redis keeps no append-only file", "Redis에 AOF 파일이 없음")
    written = sum(one.read_bytes().count(b"\r\n" + prefix) for one in files)
    assert written, Text(f"no write to {prefix.decode()}*", f"{prefix.decode()}*에 쓴 것이 없음")
    return Text(
        f"{keys:g} keys; {written} writes to {prefix.decode()}*",
        f"키 {keys:g}개, {prefix.decode()}*에 쓰기 {written}번",
    )


@check(
    "A1.7",
    points=0.5,
    timeout=40,
    why={
        "en": "A figure of this moment says little; what it was an hour ago says what has changed.",
        "ko": "지금 이 순간의 값만으로는 부족합니다. 한 시간 전의 값이 무엇이 변했는지 알려 줍니다.",
    },
    hint={
        "en": "https://localhost:9090/graph: up, then http_requests_total. Nothing there: see the targets page and docker compose logs prometheus.",
        "ko": "https://localhost:9090/graph에서 up, http_requests_total을 보세요. 없으면 대상 페이지와 docker compose logs prometheus.",
    },
)
def prometheus_keeps_figures(prometheus: Prometheus, team: Team, usage: Usage) -> Text:
    """Prometheus keeps the API's figures over time.

    Prometheus가 API의 지표를 시간에 따라 보관한다.
    """
    expression = f'max(count_over_time(http_requests_total{{service="{team.services.api}"}}[5m]))'
    samples = eventually(
        lambda: prometheus.total(expression) >= 2 and prometheus.total(expression), FIGURE_SECONDS, every=0.5
    )
    assert samples, Text("fewer than two samples of the API", "API의 표본이 두 개도 안 됨")
    return Text(f"{samples:g} samples of one series", f"한 시계열의 표본 {samples:g}개")


@check(
    "A1.8",
    points=0.5,
    why={
        "en": "People look at pictures; a query language in an outage helps only who wrote it.",
        "ko": "사람은 그림을 봅니다. 장애 중의 질의 언어는 만든 사람에게만 도움이 됩니다.",
    },
    hint={
        "en": "docker compose --profile grafana up -d, then https://localhost:3001. Without a registry: docker load of an image that was saved.",
        "ko": "docker compose --profile grafana up -d 후 https://localhost:3001. 레지스트리가 없으면 저장해 둔 이미지를 docker load하세요.",
    },
)
def grafana_answers(stack: Stack) -> Text:
    """Grafana runs and answers over TLS.

    Grafana가 실행되고 TLS로 응답한다.
    """
    without_grafana(stack)
    tls = ssl.create_default_context(cafile=str(stack.place.secrets / "ca.crt"))
    url = f"https://localhost:{stack.place.ports['GRAFANA_PORT']}/api/health"
    try:
        content = httpx.get(url, verify=tls, timeout=10, trust_env=False).json()
    except (httpx.HTTPError, json.JSONDecodeError) as problem:
        said = f"{type(problem).__name__} {problem}"
        raise AssertionError(Text(f"Grafana does not answer: {said}", f"Grafana가 응답하지 않음: {said}")) from None
    assert content.get("database") == "ok", Text(f"it says {content}", f"응답: {content}")
    return Text(f"version {content.get('version')}", f"버전 {content.get('version')}")
