"""M4: dashboards that show something, rules that are tested, an alert that fires."""

from __future__ import annotations

import ssl

import httpx

from grading.check import NotChecked, Phase, check
from grading.outage import Outage
from grading.prometheus import Prometheus
from grading.stack import Stack, eventually
from grading.text import Text, joined
from grading.usage import Usage, upload
from grading.watching import Panel, Watching, fill
from grading.world import World

# Two scrapes and an evaluation of the recording rules.
DATA_SECONDS = 15.0


@check(
    "M4.1",
    points=1,
    phase=Phase.LOAD,
    timeout=60,
    why={
        "en": "A panel that says 'No data' is found out on the night when it is needed.",
        "ko": "'No data'라고 뜨는 패널은 하필 필요한 날 밤에 발견됩니다.",
    },
    hint={
        "en": "Paste the panel's query into https://localhost:9090/graph after some traffic: a wrong metric or label gives nothing. "
        "Keep the team's dashboard as teams/<team>/monitoring/*.json.",
        "ko": "트래픽을 준 뒤 패널의 쿼리를 https://localhost:9090/graph에 붙여 넣어 보세요. 지표나 라벨 이름이 틀리면 비어 있습니다. "
        "팀 대시보드는 teams/<팀>/monitoring/*.json에 두세요.",
    },
)
def every_panel_has_data(usage: Usage, world: World, watching: Watching, prometheus: Prometheus) -> Text:
    """Every panel's query returns data after traffic; platform and team have dashboards.

    트래픽이 있은 뒤 모든 패널의 쿼리가 데이터를 돌려준다. 플랫폼과 팀 모두 대시보드가 있다.
    """
    assert not watching.unreadable, joined(watching.unreadable)
    own = [one for one in watching.dashboards if watching.team in one.file.parents]
    assert own, Text("the team has no dashboard", "팀의 대시보드가 없음")
    asked: list[tuple[Panel, str]] = []
    for dashboard in watching.dashboards:
        variables = dashboard.variables(lambda label, metric: prometheus.values(label, metric or '{__name__!=""}'))
        for panel in dashboard.panels():
            assert panel.expression, Text(f"{panel} asks nothing", f"{panel}: 쿼리가 없음")
            asked.append((panel, fill(panel.expression, variables)))
    assert asked, Text("no panel asks anything", "쿼리가 있는 패널이 없음")
    if usage.uploaded:
        # A rate is the growth after a series' first sample, which the first upload was.
        upload(world)

    def empty() -> list[Panel]:
        return [panel for panel, expression in asked if not prometheus.query(expression)]

    eventually(lambda: not empty(), DATA_SECONDS, every=1)
    without = empty()
    assert not without, joined([f"{panel}: {panel.expression}" for panel in without])
    files = len(watching.dashboards)
    return Text(f"{len(asked)} queries in {files} dashboards", f"대시보드 {files}개의 쿼리 {len(asked)}개")


@check(
    "M4.2",
    points=0.5,
    phase=Phase.LOAD,
    why={
        "en": "A dashboard that somebody clicked together is gone with the container; a provisioned one comes up with it.",
        "ko": "손으로 만든 대시보드는 컨테이너와 함께 사라집니다. 프로비저닝한 대시보드는 함께 올라옵니다.",
    },
    hint={
        "en": "Grafana reads the folders named in platform/grafana/dashboards.yaml; docker compose logs grafana tells what it did not like. "
        "Each dashboard needs a uid of its own.",
        "ko": "Grafana는 platform/grafana/dashboards.yaml에 적힌 폴더를 읽습니다. 문제는 docker compose logs grafana에 나옵니다. "
        "대시보드마다 고유한 uid가 필요합니다.",
    },
)
def grafana_shows_them(stack: Stack, watching: Watching) -> Text:
    """Grafana lists every dashboard and reaches Prometheus.

    Grafana가 모든 대시보드를 보여 주고 Prometheus에 연결된다.
    """
    without_grafana(stack)
    tls = ssl.create_default_context(cafile=str(stack.place.secrets / "ca.crt"))
    base = f"https://localhost:{stack.place.ports['GRAFANA_PORT']}"
    login = ("admin", stack.secret("grafana_admin_password"))
    with httpx.Client(base_url=base, verify=tls, timeout=10, trust_env=False, auth=login) as grafana:
        try:
            listed = grafana.get("/api/search", params={"type": "dash-db"}).json()
            query = "/api/datasources/proxy/uid/prometheus/api/v1/query"
            answer = grafana.get(query, params={"query": "up"})
        except (httpx.HTTPError, ValueError) as problem:
            said = f"{type(problem).__name__} {problem}"
            raise AssertionError(Text(f"Grafana does not answer: {said}", f"Grafana가 응답하지 않음: {said}")) from None
    shown = {one.get("uid") for one in listed if isinstance(one, dict)}
    lacking = [one.name for one in watching.dashboards if one.uid not in shown]
    assert not lacking, Text(f"not shown: {', '.join(lacking)}", f"보이지 않음: {', '.join(lacking)}")
    said = f"{answer.status_code} {answer.text[:160]}"
    assert answer.status_code == 200, Text(f"its datasource answers {said}", f"데이터소스의 응답: {said}")
    assert answer.json()["data"]["result"], Text("its datasource gives no data", "데이터소스에 데이터가 없음")
    return Text(f"{len(shown)} dashboards", f"대시보드 {len(shown)}개")


def without_grafana(stack: Stack) -> None:
    """Raise NotChecked where Grafana's image cannot be had: it is the one that is not ours."""
    if "grafana" in stack.services:
        return
    if "grafana" in stack.model["services"]:
        image = stack.model["services"]["grafana"].get("image")
        raise NotChecked(Text(f"{image} cannot be pulled here", f"여기서 {image}을(를) 받을 수 없음"))
    raise AssertionError(Text("there is no service grafana", "grafana 서비스가 없음"))


@check(
    "M4.3",
    points=1,
    timeout=60,
    why={
        "en": "A rule with a typing error never fires and never says so; only a test shows it beforehand.",
        "ko": "오타가 있는 규칙은 울리지도, 그렇다고 알려 주지도 않습니다. 테스트만이 미리 보여 줍니다.",
    },
    hint={
        "en": "docker run --rm -v $PWD/teams/<team>/monitoring:/m:ro course/promtool:1 test rules /m/<team>.test.yml (and check rules). "
        "Every alert needs severity, summary and a runbook; every *.rules.yml a *.test.yml.",
        "ko": "docker run --rm -v $PWD/teams/<팀>/monitoring:/m:ro course/promtool:1 test rules /m/<팀>.test.yml (check rules도). "
        "경보마다 severity, summary, runbook이, *.rules.yml마다 *.test.yml이 있어야 합니다.",
    },
)
def rules_are_tested(stack: Stack, watching: Watching, prometheus: Prometheus) -> Text:
    """Alert and recording rules pass promtool's check and tests, are loaded, and say what to do.

    경보·기록 규칙이 promtool 검사와 테스트를 통과하고, 로드되어 있으며, 무엇을 할지 알려 준다.
    """
    assert not watching.unreadable, joined(watching.unreadable)
    own = [one for one in watching.rules if watching.team in one.file.parents]
    assert own, Text("the team has no *.rules.yml", "팀의 *.rules.yml이 없음")
    owner = stack.place.owner
    for what, files in (("check", [one.file for one in watching.rules]), ("test", watching.tests)):
        assert files, Text(f"nothing to {what}", f"{what}할 파일이 없음")
        result = watching.promtool(owner, what, "rules", files=files)
        said = " | ".join(line.strip() for line in result.output.splitlines() if line.strip())[-500:]
        assert result.code == 0, Text(f"promtool {what} rules: {said}", f"promtool {what} rules: {said}")
    untested = [one.file.name for one in watching.rules if one.file.resolve() not in watching.tested()]
    assert not untested, Text(f"no test reads {', '.join(untested)}", f"테스트가 없음: {', '.join(untested)}")
    mute = [alert["alert"] for one in watching.rules for alert in one.alerts if not _told(alert)]
    assert not mute, Text(
        f"without severity, summary or runbook: {', '.join(mute)}",
        f"severity, summary, runbook이 없음: {', '.join(mute)}",
    )
    loaded = {group["name"]: group for group in prometheus.rules()}
    lacking = [group["name"] for one in watching.rules for group in one.groups if group["name"] not in loaded]
    assert not lacking, Text(f"not loaded: {', '.join(lacking)}", f"로드되지 않음: {', '.join(lacking)}")
    sick = [rule["name"] for group in loaded.values() for rule in group["rules"] if rule["health"] == "err"]
    assert not sick, Text(f"cannot be evaluated: {', '.join(sick)}", f"평가할 수 없음: {', '.join(sick)}")
    alerts = sum(len(one.alerts) for one in watching.rules)
    return Text(
        f"{alerts} alerts in {len(watching.rules)} files, {len(watching.tests)} test files",
        f"파일 {len(watching.rules)}개에 경보 {alerts}개, 테스트 파일 {len(watching.tests)}개",
    )


def _told(alert: dict[str, dict[str, str]]) -> bool:
    annotations = alert.get("annotations") or {}
    runbook = any(key.startswith("runbook") and len(str(value)) >= 20 for key, value in annotations.items())
    return bool((alert.get("labels") or {}).get("severity") and annotations.get("summary") and runbook)


@check(
    "M4.4",
    points=1,
    phase=Phase.DISTURBING,
    why={
        "en": "An alert that has never fired is a hope; the first outage is a bad moment to find that it was none.",
        "ko": "한 번도 울리지 않은 경보는 희망일 뿐입니다. 첫 장애 때 아니었음을 아는 것은 너무 늦습니다.",
    },
    hint={
        "en": "docker compose stop redis, wait half a minute, and look at https://localhost:9090/alerts. Prometheus needs "
        "alerting: alertmanagers: with the CA, and the rule a `for:` of seconds, not minutes.",
        "ko": "docker compose stop redis 후 30초쯤 기다려 https://localhost:9090/alerts를 보세요. Prometheus에는 CA와 함께 "
        "alerting: alertmanagers:가, 규칙에는 몇 분이 아니라 몇 초의 `for:`가 필요합니다.",
    },
)
def an_alert_fires(outage: Outage) -> Text:
    """An alert fires for a real outage, and reaches Alertmanager.

    실제 장애에 경보가 울리고 Alertmanager에 도착한다.
    """
    assert outage.firing, Text(
        f"with {outage.first} stopped for {outage.waited:.0f} s, no alert names what happened",
        f"{outage.first}을(를) {outage.waited:.0f}초 동안 멈췄는데 울린 경보가 없음",
    )
    reached = outage.firing & outage.at_alertmanager
    assert reached, Text(
        f"{', '.join(sorted(outage.firing))} fired, Alertmanager knows {sorted(outage.at_alertmanager) or 'none'}",
        f"{', '.join(sorted(outage.firing))} 경보가 울렸으나 Alertmanager에는 {sorted(outage.at_alertmanager) or '없음'}",
    )
    names = ", ".join(sorted(reached))
    seconds = outage.fired_after
    return Text(f"{names}, {seconds:.0f} s after the stop", f"{names}, 멈춘 지 {seconds:.0f}초 뒤")
