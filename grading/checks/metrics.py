"""M1: figures that move when the application is used, and reach Prometheus."""

from __future__ import annotations

import re

from grading.check import NotChecked, check
from grading.edge import Edge, NoAnswer
from grading.prometheus import Prometheus
from grading.stack import Stack, eventually
from grading.team import Team
from grading.text import Text, joined
from grading.usage import Usage
from grading.world import World, unique

# Discovery, a scrape and its next try.
UP_SECONDS = 20.0


def _sick(prometheus: Prometheus) -> list[str]:
    return [
        f"{one['labels'].get('job')} {one['scrapeUrl']}: {one['health']} {one.get('lastError', '')}".strip()[:200]
        for one in prometheus.targets()
        if one["health"] != "up" or not one["scrapeUrl"].startswith("https://")
    ]


@check(
    "M1.1",
    points=1,
    timeout=45,
    why={
        "en": "What is not scraped is not seen; what is scraped in plaintext, or unverified, is seen by others or made up by them.",
        "ko": "수집하지 않으면 보이지 않고, 평문이거나 검증 없이 수집하면 남이 보거나 지어낼 수 있습니다.",
    },
    hint={
        "en": "Open https://localhost:9090/targets. Add your services to teams/<team>/monitoring/scrape.yml with scheme: https "
        "and tls_config: {ca_file: /run/secrets/ca.crt, server_name: <service>}.",
        "ko": "https://localhost:9090/targets를 여세요. teams/<팀>/monitoring/scrape.yml에 서비스를 넣고 scheme: https와 "
        "tls_config: {ca_file: /run/secrets/ca.crt, server_name: <서비스>}를 쓰세요.",
    },
)
def targets_are_up(stack: Stack, prometheus: Prometheus, team: Team) -> Text:
    """Prometheus scrapes API, worker, database, cache and edge, all up and over verified TLS.

    Prometheus가 API, 워커, 데이터베이스, 캐시, 입구를 모두 검증된 TLS로 수집하고 전부 up이다.
    """
    wanted = [team.services.api, *filter(None, [team.services.worker])]

    def lacking() -> list[str]:
        known = {
            value for one in prometheus.targets() for value in (one["labels"].get("job"), one["labels"].get("service"))
        }
        missing = [f"{name}: not scraped" for name in wanted if name not in known]
        down = [f"{name} is not 1" for name in ("pg_up", "redis_up", "nginx_up") if prometheus.total(name) < 1]
        return missing + _sick(prometheus) + down

    eventually(lambda: not lacking(), UP_SECONDS, every=0.5)
    wrong = lacking()
    assert not wrong, joined(wrong)
    configuration = prometheus.get("status/config")["yaml"]
    assert not re.search(r"insecure_skip_verify:\s*true", configuration), Text(
        "a scrape has insecure_skip_verify: true", "insecure_skip_verify: true인 수집이 있음"
    )
    number = len(prometheus.targets())
    return Text(f"{number} targets up, over TLS", f"대상 {number}개가 TLS로 up")


@check(
    "M1.2",
    points=1,
    why={
        "en": "Rate, errors and duration are the three figures that tell whether users are well; nobody sees an outage without them.",
        "ko": "요청 수, 오류, 응답 시간은 사용자가 괜찮은지 알려 주는 세 지표입니다. 없으면 아무도 장애를 보지 못합니다.",
    },
    hint={
        "en": "teamkit.metrics counts them in a middleware: http_requests_total{service,method,route,status}, "
        "http_request_duration_seconds (histogram), cache_requests_total{result}. Look: the API's /metrics on port 9000.",
        "ko": "teamkit.metrics가 미들웨어에서 셉니다: http_requests_total{service,method,route,status}, "
        "http_request_duration_seconds(히스토그램), cache_requests_total{result}. API 9000 포트의 /metrics를 보세요.",
    },
)
def requests_are_counted(usage: Usage, prometheus: Prometheus, team: Team) -> Text:
    """Request rate, errors and duration move by what was done.

    요청 수, 오류, 응답 시간 지표가 실제로 한 만큼 움직인다.
    """
    names = ("requests", "answers with 404", "durations")
    still = usage.still(*names)
    assert not still, joined(still)
    api = f'service="{team.services.api}"'
    quantile = f"histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{{{api}}}[1m])))"
    seconds = eventually(lambda: prometheus.query(quantile), 12, every=0.5)
    assert seconds, Text("the histogram gives no 95th percentile", "히스토그램에서 95번째 백분위가 나오지 않음")
    assert prometheus.query(f"http_requests_in_progress{{{api}}}"), "no http_requests_in_progress"
    moved = ", ".join(f"{name} +{usage.moved(name):g}" for name in names)
    return Text(f"{moved}; p95 {seconds[0].value * 1000:.0f} ms", f"{moved}; p95 {seconds[0].value * 1000:.0f} ms")


MOST_ROUTES = 200


@check(
    "M1.3",
    points=0.5,
    why={
        "en": "A raw path as a label makes a new series for every article and every scanner's guess, until Prometheus dies of it.",
        "ko": "경로를 그대로 라벨로 쓰면 글마다, 스캐너의 시도마다 시계열이 생겨 결국 Prometheus가 죽습니다.",
    },
    hint={
        "en": "Label with the route's template (/api/articles/<slug>), and everything unknown with one word such as (none).",
        "ko": "라벨에는 경로의 틀(/api/articles/<slug>)을 쓰고, 모르는 경로는 모두 (none) 같은 한 단어로 쓰세요.",
    },
)
def routes_are_templates(world: World, prometheus: Prometheus, team: Team) -> Text:
    """The label route is a template: no id, no slug, nothing that a visitor typed.

    route 라벨은 틀이다. id나 slug, 방문자가 입력한 것이 들어가지 않는다.
    """
    read = team.resources[team.main].read
    if read is None:
        raise NotChecked(Text("team.yaml: the main resource has no `read`", "team.yaml: main 리소스에 `read`가 없음"))
    api = f'http_requests_total{{service="{team.services.api}"}}'
    before = prometheus.total(f"sum({api})")
    typed = f"typed-{unique()}"
    made = [world.make(team.main) for _ in range(2)]
    for one in made:
        world.call(read, one.variables, world.owner)
        world.edge.send("GET", f"/api/{typed}/{one.id}")
    eventually(lambda: prometheus.total(f"sum({api})") >= before + 6, 12, every=0.5)
    routes = prometheus.values("route", api)
    assert routes, Text("http_requests_total has no label route", "http_requests_total에 route 라벨이 없음")
    raw = [one for one in routes if typed in one or any(str(thing.id) in one.split("/") for thing in made)]
    assert not raw, joined([f"route={one!r}" for one in raw])
    assert len(routes) <= MOST_ROUTES, Text(f"{len(routes)} values of route", f"route 값이 {len(routes)}개")
    return Text(
        f"{len(routes)} routes, such as {max(routes, key=len)}", f"경로 {len(routes)}개, 예: {max(routes, key=len)}"
    )


@check(
    "M1.4",
    points=0.5,
    why={
        "en": "A queue that grows and tasks that fail show nowhere else; and the figure that the team is there for shows whether "
        "anybody uses what was built.",
        "ko": "밀리는 큐와 실패하는 작업은 다른 데서 보이지 않습니다. 그리고 팀 고유의 지표는 만든 것이 쓰이는지 보여 줍니다.",
    },
    hint={
        "en": "Worker on port 9000: task_queue_length{queue}, tasks_total{task,state}, task_duration_seconds. "
        "Your own Counter where the thing happens, named in team.yaml under monitoring.business.",
        "ko": "워커의 9000 포트: task_queue_length{queue}, tasks_total{task,state}, task_duration_seconds. "
        "그 일이 일어나는 곳에 팀의 Counter를 두고 team.yaml의 monitoring.business에 적으세요.",
    },
)
def tasks_and_business_are_counted(usage: Usage, prometheus: Prometheus, team: Team) -> Text:
    """Queue, tasks, cache and the team's own figures move when they are used.

    큐, 작업, 캐시, 팀 고유의 지표가 쓰면 움직인다.
    """
    business = [one.metric for one in team.monitoring.business]
    assert business, Text("team.yaml names no business figure", "team.yaml에 팀 고유의 지표가 없음")
    still = usage.still(*(name for name in usage.done if name in {"tasks", "task durations", "cache hits", *business}))
    assert not still, joined(still)
    if team.services.worker:
        assert prometheus.query("task_queue_length"), Text("no task_queue_length", "task_queue_length가 없음")
    return joined([f"{name} +{usage.moved(name):g}" for name in usage.done], most=12)


PATHS = (
    "/metrics", "/metrics/", "//metrics", "/api/metrics", "/api//metrics", "/api/../metrics", "/api/%2e%2e/metrics",
    "/internal/metrics", "/media/../metrics", "/api/health/../../metrics", "/stub_status", "/METRICS",
)  # fmt: skip


@check(
    "M1.5",
    points=0.5,
    why={
        "en": "Figures tell a stranger which routes exist, how many users there are, and when to attack.",
        "ko": "지표는 어떤 경로가 있고 사용자가 몇인지, 언제 공격하면 되는지 낯선 사람에게 알려 줍니다.",
    },
    hint={
        "en": "Serve /metrics on a port of its own (9000) that the edge does not know, and answer 404 for it in nginx.",
        "ko": "/metrics는 입구가 모르는 별도 포트(9000)에서만 제공하고, nginx에서는 404로 답하세요.",
    },
)
def figures_stay_inside(edge: Edge, stack: Stack, team: Team) -> Text:
    """The figures cannot be read through the edge.

    지표는 입구를 통해 읽을 수 없다.
    """
    asked = [("localhost", path) for path in PATHS]
    asked += [(f"{name}.localhost", "/metrics") for name in (team.team, "prometheus", "grafana")]
    answers = {one: _answer(edge, *one) for one in asked}
    assert any(answer is not None for answer in answers.values()), Text(
        "the edge does not answer", "입구가 응답하지 않음"
    )
    shown = re.compile(r"^# (HELP|TYPE) |^Active connections:", re.MULTILINE)
    open_paths = [f"{host}{path}" for (host, path), answer in answers.items() if shown.search(answer or "")]
    assert not open_paths, joined(open_paths)
    for service in filter(None, (team.services.api, team.services.worker)):
        published = stack.published(service)
        assert not published, Text(f"{service} publishes {published}", f"{service}이(가) {published}을(를) 공개함")
    return Text(f"{len(asked)} ways tried", f"{len(asked)}가지로 시도함")


def _answer(edge: Edge, host: str, path: str) -> str | None:
    """What the edge says to the path as it is written: a client that tidies it would hide what it asks for."""
    try:
        return edge.send("GET", "/", headers={"Host": f"{host}:{edge.port}"}, extensions={"target": path.encode()}).text
    except NoAnswer:
        return None
