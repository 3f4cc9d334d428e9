"""Checks of figures, logs, health and dashboards, each against what it must not let pass."""

import json
import shutil
import ssl
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

from grading import ownership
from grading.check import NotChecked
from grading.edge import Edge
from grading.outage import Outage, Seen
from grading.prometheus import Sample
from grading.text import Text
from grading.usage import Uploaded, Usage
from grading.watching import Watching
from grading.world import World
from tests.grading.tiny import Tiny

PLATFORM = Path(__file__).parents[3] / "platform"
FAST = 0.1


class Figures:
    """A Prometheus that knows what it is told: expression -> value. What it does not know has no data."""

    def __init__(self, known=None, targets=(), **more):
        self.known, self._targets = known or {}, list(targets)
        self.configuration, self.groups, self.routes = "", [], []
        vars(self).update(more)

    def query(self, expression):
        found = [value for part, value in self.known.items() if part in expression]
        return [Sample({}, found[0])] if found else []

    def total(self, expression):
        return sum(one.value for one in self.query(expression))

    def targets(self):
        return self._targets

    def get(self, path, **_):
        return {"yaml": self.configuration}

    def values(self, label, metric):
        return self.routes

    def rules(self):
        return self.groups


def target(job, **changes):
    return {"labels": {"job": job}, "scrapeUrl": f"https://{job}:9000/metrics", "health": "up", **changes}


UP = {"pg_up": 1, "redis_up": 1, "nginx_up": 1}
GOOD_TARGETS = [target("tiny-api"), target("tiny-worker")]


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """What does not come in a tenth of a second does not come here."""
    from grading.checks import dashboards, logs, metrics

    for module, names in ((metrics, ["UP_SECONDS"]), (logs, ["LOG_SECONDS"]), (dashboards, ["DATA_SECONDS"])):
        for name in names:
            monkeypatch.setattr(module, name, FAST)


@pytest.mark.parametrize(
    ("prometheus", "said"),
    [
        (Figures(UP, GOOD_TARGETS[:1]), "tiny-worker: not scraped"),
        (Figures(UP, [*GOOD_TARGETS, target("x", health="down", lastError="x509")]), "down x509"),
        (Figures(UP, [*GOOD_TARGETS, target("x", scrapeUrl="http://x/metrics")]), "http://x"),
        (Figures({"pg_up": 1, "redis_up": 0, "nginx_up": 1}, GOOD_TARGETS), "redis_up is not 1"),
        (Figures(UP, GOOD_TARGETS, configuration="  insecure_skip_verify: true"), "insecure_skip_verify"),
    ],
)
def test_a_target_that_is_not_scraped_well_fails(prometheus, said, checks, tiny_team):
    check = checks["M1.1"].function
    check(stack=None, prometheus=Figures(UP, GOOD_TARGETS), team=tiny_team)

    with pytest.raises(AssertionError, match=said):
        check(stack=None, prometheus=prometheus, team=tiny_team)


DONE = {"requests": 30, "answers with 404": 5, "durations": 30, "cache hits": 19, "tasks": 1, "task durations": 1}
DONE |= {"tiny_notes_total": 1}
USED = Usage({}, {name: float(number) for name, number in DONE.items()}, DONE)
RED = {"histogram_quantile": 0.02, "http_requests_in_progress": 1, "task_queue_length": 0}


def used(**changes):
    return replace(USED, after=USED.after | changes)


@pytest.mark.parametrize(
    ("id", "usage", "known", "said"),
    [
        ("M1.2", used(requests=0), RED, r"requests: \+0 of 30"),
        ("M1.2", used(durations=29), RED, r"durations: \+29 of 30"),
        ("M1.2", used(**{"answers with 404": 0}), RED, r"404: \+0 of 5"),
        ("M1.2", USED, {"histogram_quantile": 0.02}, "in_progress"),
        ("M1.4", used(tiny_notes_total=0), RED, r"tiny_notes_total: \+0 of 1"),
        ("M1.4", used(tasks=0), RED, r"tasks: \+0 of 1"),
        ("M1.4", used(**{"cache hits": 0}), RED, "cache hits"),
        ("M1.4", USED, {}, "task_queue_length"),
    ],
)
def test_a_figure_that_does_not_move_fails(id, usage, known, said, checks, tiny_team):
    check = checks[id].function
    check(usage=USED, prometheus=Figures(RED), team=tiny_team)

    with pytest.raises(AssertionError, match=said):
        check(usage=usage, prometheus=Figures(known), team=tiny_team)


@pytest.fixture
def tiny(secrets_folder, tiny_team):
    app = Tiny(secrets_folder)
    edge = Edge(app.port, secrets_folder / "ca.crt")
    yield World(edge, tiny_team, None)
    edge.http.close()
    app.stop()


class Counting(Figures):
    """Has counted more each time it is asked."""

    def total(self, expression):
        self.counted = getattr(self, "counted", 0) + 9
        return self.counted


def test_a_route_with_what_was_typed_in_it_fails(tiny, checks, tiny_team):
    check = checks["M1.3"].function
    check(world=tiny, prometheus=Counting(routes=["/api/notes/<id>", "(none)"]), team=tiny_team)
    following = int(tiny.make("note").id) + 1

    with pytest.raises(AssertionError, match="route='/api/notes/"):
        check(world=tiny, prometheus=Counting(routes=[f"/api/notes/{following}"]), team=tiny_team)
    with pytest.raises(AssertionError, match="201 values of route"):
        check(world=tiny, prometheus=Counting(routes=list(map(str, range(900, 1101)))), team=tiny_team)
    with pytest.raises(AssertionError, match="no label route"):
        check(world=tiny, prometheus=Counting(), team=tiny_team)


@pytest.fixture
def serve(secrets_folder):
    """A server over TLS that gives every path to `answer`: path -> status, content type, text; its port."""
    servers = []

    def serve(answer, name="nginx"):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                status, kind, text = answer(self.path)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(secrets_folder / f"tls/{name}.crt", secrets_folder / f"tls/{name}.key")
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return server.server_address[1]

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("leak", ["/metrics", "/api/%2e%2e/metrics", "/api/../metrics", "/stub_status"])
def test_figures_at_the_edge_fail(leak, serve, secrets_folder, checks, tiny_team):
    text = "# HELP http_requests_total x\n" if "metrics" in leak else "Active connections: 3\n"

    def answer(path):
        return (200, "text/plain", text) if path == leak else (404, "text/plain", "no")

    edge = Edge(serve(answer), secrets_folder / "ca.crt")

    with pytest.raises(AssertionError, match="localhost"):
        checks["M1.5"].function(edge=edge, stack=SimpleNamespace(published=lambda _: []), team=tiny_team)

    edge.http.close()


def test_a_published_port_of_the_api_fails(tiny, checks, tiny_team):
    check = checks["M1.5"].function
    check(edge=tiny.edge, stack=SimpleNamespace(published=lambda _: []), team=tiny_team)

    with pytest.raises(AssertionError, match="9000"):
        check(edge=tiny.edge, stack=SimpleNamespace(published=lambda _: ["0.0.0.0:9000"]), team=tiny_team)


GOOD_LINE = json.dumps({"ts": "2026-01-01T00:00:00Z", "level": "info", "event": "request", "service": "tiny-api"})


def logging(**lines):
    services = {name.replace("_", "-"): list(one) for name, one in lines.items()}
    return SimpleNamespace(services=list(services), logs=lambda service: services.get(service, []))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Traceback (most recent call last):", "not JSON"),
        ('"just text"', "not an object"),
        ('{"level": "info", "event": "x"}', "no time"),
        ('{"ts": "1", "event": "x"}', "no level"),
        ('{"ts": "1", "level": "info"}', "no message"),
    ],
)
def test_a_line_that_no_program_can_read_fails(line, said, checks):
    check = checks["M2.1"].function
    vendor = '{"time": "1", "level": "INFO", "msg": "scraping"}'
    check(stack=logging(tiny_api=[GOOD_LINE], prometheus=[vendor]), outage=None, spared={})

    with pytest.raises(AssertionError, match=f"tiny-api: 1/2, {said}"):
        check(stack=logging(tiny_api=[GOOD_LINE, line]), outage=None, spared={})


def carried(request_id):
    return json.dumps({"ts": "1", "level": "info", "event": "x", "request_id": request_id})


def test_a_request_id_that_gets_lost_fails(tiny, checks, tiny_team):
    usage = replace(USED, uploaded=Uploaded("grade-1", "grade-1", "ready", []))
    everywhere = {name: [carried("grade-1")] for name in ("nginx", "tiny_api", "tiny_worker")}
    in_a_path = json.dumps({"path": "/api/grade-1/x"})
    other = replace(usage, uploaded=Uploaded("grade-1", "other", "ready", []))
    check = checks["M2.2"].function

    with pytest.raises(AssertionError, match="not in the log of tiny-worker"):
        check(usage=usage, world=tiny, stack=logging(**everywhere | {"tiny_worker": [GOOD_LINE]}), team=tiny_team)
    with pytest.raises(AssertionError, match="not in the log of tiny-worker"):
        check(usage=usage, world=tiny, stack=logging(**everywhere | {"tiny_worker": [in_a_path]}), team=tiny_team)
    with pytest.raises(AssertionError, match="the reply says 'other'"):
        check(usage=other, world=tiny, stack=logging(**everywhere), team=tiny_team)
    # The small application names no id at all.
    with pytest.raises(AssertionError, match="has no X-Request-ID"):
        check(usage=usage, world=tiny, stack=logging(**everywhere), team=tiny_team)


def test_a_password_in_a_log_fails(tiny, checks, tiny_team, monkeypatch):
    written = []
    send = tiny.edge.send

    def noted(method, path, **options):
        written.append(json.dumps([path, str(options)]))
        return send(method, path, **options)

    check = checks["M2.3"].function
    check(world=tiny, stack=logging(nginx=[GOOD_LINE]), team=tiny_team)
    monkeypatch.setattr(tiny.edge, "send", noted)
    leaking = SimpleNamespace(services=["nginx"], logs=lambda _: written)

    with pytest.raises(AssertionError, match="nginx: what was typed as wrong"):
        check(world=tiny, stack=leaking, team=tiny_team)


def container(test, health="healthy", log=({"Start": "2026-01-01T00:00:00.123456789Z", "ExitCode": 0},)):
    inspected = {"Config": {"Healthcheck": {"Test": test}}, "State": {"Health": {"Log": list(log)}}}
    return SimpleNamespace(service="tiny-api", health=health, inspected=inspected)


@pytest.mark.parametrize(
    ("sick", "said"),
    [
        (container([]), "has none"),
        (container(["NONE"]), "has none"),
        (container(["CMD-SHELL", "curl localhost"]), "needs a shell"),
        (container(["CMD", "/bin/true"]), "asks nobody"),
        (container(["CMD", "/probe"], health="unhealthy"), "is unhealthy"),
        (container(["CMD", "/probe"], log=()), "is healthy"),
    ],
)
def test_a_health_check_that_tells_nothing_fails(sick, said, checks):
    check = checks["M3.1"].function
    check(stack=SimpleNamespace(containers=lambda: [container(["CMD", "/probe"])]), spared={})

    with pytest.raises(AssertionError, match=said):
        check(stack=SimpleNamespace(containers=lambda: [sick]), spared={})


def says(database, redis):
    return json.dumps({"status": "down", "checks": {"database": database, "redis": redis}})


ONE = Seen(200, 503, says("ok", "down: refused"), {"tiny-api": "unhealthy"}, {"tiny-api": 14.0})
BOTH = Seen(200, 503, says("down: x", "down: x"), {"tiny-worker": "unhealthy"}, {"tiny-worker": 30.0})
OTHER = Seen(200, 503, says("down: x", "ok"))
TOLD = Outage(
    "redis", "postgres", ONE, BOTH, OTHER, probe_failed=True, firing={"RedisDown"}, at_alertmanager={"RedisDown"}
)


@pytest.mark.parametrize(
    ("id", "outage", "said"),
    [
        ("M3.2", replace(TOLD, one=replace(ONE, ready=200)), "redis stopped: readiness answers 200"),
        ("M3.2", replace(TOLD, one=replace(ONE, said="{}")), "redis stopped: readiness says"),
        ("M3.2", replace(TOLD, other=replace(OTHER, said=says("ok", "down"))), "postgres stopped: readiness says"),
        ("M3.2", replace(TOLD, both=replace(BOTH, live=None)), "liveness answers None"),
        ("M3.2", replace(TOLD, one=replace(ONE, health={"tiny-api": "healthy"})), "tiny-api is healthy"),
        ("M3.2", replace(TOLD, probe_failed=False), "still succeeds"),
        ("M3.2", replace(TOLD, back=Text("tiny-api: unhealthy", "-")), "tiny-api: unhealthy"),
        ("M3.3", replace(TOLD, both=replace(BOTH, health={"tiny-worker": "healthy"})), "tiny-worker is healthy"),
        ("M3.3", replace(TOLD, back=Text("tiny-worker: unhealthy", "-")), "tiny-worker: unhealthy"),
        ("M4.4", replace(TOLD, firing=set()), "no alert"),
        ("M4.4", replace(TOLD, at_alertmanager={"AlertingWorks"}), "Alertmanager knows"),
    ],
)
def test_an_outage_that_is_not_told_fails(id, outage, said, checks, tiny_team):
    function = checks[id].function
    more = {} if id == "M4.4" else {"team": tiny_team}
    function(outage=TOLD, **more)

    with pytest.raises(AssertionError, match=said):
        function(outage=outage, **more)


@pytest.fixture
def repository(tmp_path, tiny_team):
    """The platform's own dashboards and rules, beside a team's."""
    for name in ("grafana", "prometheus"):
        shutil.copytree(PLATFORM / name, tmp_path / "platform" / name)
    monitoring = tmp_path / "teams/tiny/monitoring"
    monitoring.mkdir(parents=True)
    panel = {"type": "timeseries", "title": "Notes", "targets": [{"expr": 'rate(tiny_notes_total{a=~"$a"}[1m])'}]}
    variable = {"name": "a", "type": "query", "query": "label_values(up, a)"}
    board = {"uid": "tiny", "panels": [panel], "templating": {"list": [variable]}}
    (monitoring / "tiny.json").write_text(json.dumps(board))
    said = {"summary": "No notes", "runbook": "Look whether anybody is there at all."}
    rule = {"alert": "NoNotes", "expr": "tiny_notes == 0", "labels": {"severity": "warning"}, "annotations": said}
    (monitoring / "tiny.rules.yml").write_text(json.dumps({"groups": [{"name": "tiny", "rules": [rule]}]}))
    alert = {"exp_labels": {"severity": "warning"}, "exp_annotations": said}
    times = [{"eval_time": "1m", "alertname": "NoNotes", "exp_alerts": [alert]}]
    series = [{"series": "tiny_notes", "values": "0x9"}]
    test = {"interval": "15s", "input_series": series, "alert_rule_test": times}
    (monitoring / "tiny.test.yml").write_text(json.dumps({"rule_files": ["tiny.rules.yml"], "tests": [test]}))
    return tmp_path


def found(root, tiny_team):
    return Watching.find(root, root / "teams/tiny", tiny_team.monitoring)


class Everything(Figures):
    """Has data for all but what holds `without`."""

    def __init__(self, without="\n"):
        super().__init__(routes=["tiny-api"])
        self.without = without

    def query(self, expression):
        return [] if self.without in expression or "$" in expression else [Sample({}, 1.0)]


def test_a_panel_without_data_fails(repository, checks, tiny_team):
    check = checks["M4.1"].function
    watching = found(repository, tiny_team)
    more = {"usage": USED, "world": None, "watching": watching}
    check(prometheus=Everything(), **more)

    with pytest.raises(AssertionError, match=r"tiny/Notes: rate\(tiny_notes_total"):
        check(prometheus=Everything("tiny_notes_total"), **more)
    with pytest.raises(AssertionError, match="service/"):
        check(prometheus=Everything("service:http_requests:rate1m"), **more)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "the team has no dashboard"),
        ("{", "tiny.json"),
        ('{"panels": [{"type": "stat", "title": "Empty"}]}', "tiny/Empty asks nothing"),
    ],
)
def test_a_dashboard_that_is_none_fails(content, said, repository, checks, tiny_team):
    file = repository / "teams/tiny/monitoring/tiny.json"
    file.unlink() if content is None else file.write_text(content)

    with pytest.raises(AssertionError, match=said):
        checks["M4.1"].function(usage=USED, world=None, watching=found(repository, tiny_team), prometheus=Everything())


GRAFANA = {"api/health": {"database": "ok"}, "query": {"data": {"result": [1]}}}
SHOWN = [{"uid": "tiny"}, {"uid": "service"}, {"uid": "platform"}]


@pytest.mark.parametrize(
    ("shown", "answer", "said"),
    [
        (SHOWN[1:], GRAFANA["query"], "not shown: tiny"),
        (SHOWN, {"data": {"result": []}}, "gives no data"),
    ],
)
def test_a_grafana_that_shows_nothing_fails(shown, answer, said, repository, serve, checks, tiny_team, secrets_folder):
    def grafana(listed, queried):
        def reply(path):
            return 200, "application/json", json.dumps(listed if "/api/search" in path else queried)

        port = serve(reply, "grafana")
        place = SimpleNamespace(ports={"GRAFANA_PORT": port}, secrets=secrets_folder)
        return SimpleNamespace(services=["grafana"], place=place, secret=lambda _: "x")

    check = checks["M4.2"].function
    watching = found(repository, tiny_team)
    check(stack=grafana(SHOWN, GRAFANA["query"]), watching=watching)

    with pytest.raises(AssertionError, match=said):
        check(stack=grafana(shown, answer), watching=watching)


def test_without_the_image_of_grafana_nothing_is_said(checks):
    lacking = SimpleNamespace(services=[], model={"services": {"grafana": {"image": "grafana/grafana:1"}}})
    none = SimpleNamespace(services=[], model={"services": {}})

    with pytest.raises(NotChecked, match="cannot be pulled"):
        checks["M4.2"].function(stack=lacking, watching=None)
    with pytest.raises(AssertionError, match="no service grafana"):
        checks["M4.2"].function(stack=none, watching=None)


def _edit(name, change):
    def edit(folder):
        file = folder / name
        content = json.loads(file.read_text())
        change(content)
        file.write_text(json.dumps(content))

    return edit


def _rule(content):
    return content["groups"][0]["rules"][0]


@pytest.mark.parametrize(
    ("sabotage", "said"),
    [
        (_edit("tiny.rules.yml", lambda one: _rule(one).update(expr="tiny_notes ==")), "promtool check rules"),
        (_edit("tiny.rules.yml", lambda one: _rule(one).update(expr="tiny_notes == 1")), "promtool test rules"),
        (_edit("tiny.rules.yml", lambda one: _rule(one)["annotations"].pop("runbook")), "promtool test rules|NoNotes"),
        (_edit("tiny.test.yml", lambda one: one.update(rule_files=[], tests=[])), "no test reads tiny.rules.yml"),
        (lambda folder: (folder / "tiny.rules.yml").unlink(), "promtool test rules|the team has no"),
        (lambda folder: (folder / "tiny.rules.yml").write_text("groups: ["), "tiny.rules.yml"),
    ],
)
def test_a_rule_that_is_not_proven_fails(sabotage, said, repository, checks, tiny_team):
    sabotage(repository / "teams/tiny/monitoring")

    with pytest.raises(AssertionError, match=said):
        rules(checks, repository, tiny_team)


def rules(checks, repository, tiny_team, loaded=None, health="ok"):
    watching = found(repository, tiny_team)
    names = [group["name"] for one in watching.rules for group in one.groups]
    rule = {"name": "NoNotes", "health": health}
    groups = [{"name": name, "rules": [rule]} for name in (names if loaded is None else loaded)]
    stack = SimpleNamespace(place=SimpleNamespace(owner=ownership.run_id()))
    return checks["M4.3"].function(stack=stack, watching=watching, prometheus=Figures(groups=groups))


def test_rules_that_prometheus_has_not_read_fail(repository, checks, tiny_team):
    rules(checks, repository, tiny_team)

    with pytest.raises(AssertionError, match=r"not loaded: .*tiny"):
        rules(checks, repository, tiny_team, loaded=["platform-alerts"])
    with pytest.raises(AssertionError, match="cannot be evaluated: NoNotes"):
        rules(checks, repository, tiny_team, health="err")
