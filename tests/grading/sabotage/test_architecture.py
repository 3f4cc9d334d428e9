"""Checks of parts, design document and persistence, each against what it must not let pass."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from grading import design, keeping
from grading.check import NotChecked
from grading.edge import Edge
from grading.fixtures.stack import Start
from grading.images import Image
from grading.keeping import Restarted, Restored, lost
from grading.prometheus import Sample
from grading.submission import Submission
from grading.text import Text
from grading.usage import Uploaded, Usage
from grading.world import World
from tests.grading.sabotage.test_containers import CAREFUL, project
from tests.grading.tiny import Tiny


@pytest.fixture
def tiny(secrets_folder, tiny_team):
    app = Tiny(secrets_folder)
    edge = Edge(app.port, secrets_folder / "ca.crt")
    yield World(edge, tiny_team, None)
    edge.http.close()
    app.stop()


def test_a_stack_that_does_not_start_fails(checks):
    check = checks["A1.1"].function
    stack = SimpleNamespace(services=["tiny-api"])
    check(start=Start(stack, None, 3.0))

    with pytest.raises(AssertionError, match="tiny-api: unhealthy"):
        check(start=Start(stack, Text("tiny-api: unhealthy", "-"), 3.0))


class Parts:
    """A stack whose edge notes which container answered; `mark` is taken from what was asked last."""

    def __init__(self, edge, upstream="10.0.0.5:8000", published=()):
        self.services, self.upstream, self.open = ["nginx", "tiny-api", "tiny-frontend"], upstream, list(published)
        self.place = SimpleNamespace(ports={"EDGE_HTTPS_PORT": 8443})
        self.marks, self.send = [], edge.send
        edge.send = self.noted

    def noted(self, method, path, headers=None, **options):
        self.marks.append((headers or {}).get("X-Request-ID", ""))
        return self.send(method, path, headers=headers, **options)

    def logs(self, service):
        return [json.dumps({"request_id": mark, "upstream": self.upstream}) for mark in self.marks if mark]

    def container(self, service):
        return self.containers(service)[0]

    def containers(self, *services):
        networks = {"edge": {"IPAddress": "10.0.0.5"}, "data": {"IPAddress": ""}}
        return [SimpleNamespace(id=one, inspected={"NetworkSettings": {"Networks": networks}}) for one in services]

    def published(self, service):
        return ["0.0.0.0:8443"] if service == "nginx" else self.open


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    from grading.checks import architecture

    monkeypatch.setattr(architecture, "LOG_SECONDS", 0.1)


def test_an_api_that_another_answers_for_fails(tiny, checks, tiny_team):
    check = checks["A1.3"].function
    check(stack=Parts(tiny.edge), edge=tiny.edge, team=tiny_team)

    with pytest.raises(AssertionError, match="answered by another"):
        check(stack=Parts(tiny.edge, upstream="10.0.0.9:8000"), edge=tiny.edge, team=tiny_team)
    with pytest.raises(AssertionError, match="tiny-api publishes"):
        check(stack=Parts(tiny.edge, published=["0.0.0.0:8000"]), edge=tiny.edge, team=tiny_team)


def test_a_frontend_that_is_none_fails(tiny, checks, tiny_team):
    check = checks["A1.2"].function
    with_frontend = replace(tiny_team, services=replace(tiny_team.services, frontend="tiny-frontend"))

    with pytest.raises(NotChecked, match="declares no frontend"):
        check(stack=Parts(tiny.edge), edge=tiny.edge, team=tiny_team)
    # The small application has no page.
    with pytest.raises(AssertionError, match="-> 404"):
        check(stack=Parts(tiny.edge), edge=tiny.edge, team=with_frontend)


DONE = Uploaded("grade-1", "grade-1", "ready", ["/media/1.webp"])
USED = Usage({}, {"tasks": 1.0, "task durations": 1.0}, {"tasks": 1, "task durations": 1}, DONE)


@pytest.mark.parametrize(
    ("usage", "lines", "said"),
    [
        (replace(USED, uploaded=None), ["grade-1"], "nothing was uploaded"),
        (replace(USED, uploaded=replace(DONE, state="processing")), ["grade-1"], "the upload is processing"),
        (replace(USED, after={}), ["grade-1"], r"tasks: \+0 of 1"),
        (USED, ["another"], "does not tell of it"),
    ],
)
def test_a_task_that_did_not_run_in_the_worker_fails(usage, lines, said, checks, tiny_team):
    def stack(lines):
        return SimpleNamespace(logs=lambda _: lines, container=lambda name: SimpleNamespace(id=name))

    check = checks["A1.4"].function
    check(usage=USED, stack=stack(["grade-1"]), team=tiny_team)

    with pytest.raises(AssertionError, match=said):
        check(usage=usage, stack=stack(lines), team=tiny_team)


def test_a_row_that_is_not_in_the_database_fails(tiny, checks, tiny_team):
    check = checks["A1.5"].function
    check(world=tiny, stack=SimpleNamespace(database=lambda sql, name: "1"), team=tiny_team)

    with pytest.raises(AssertionError, match="is in none of notes"):
        check(world=tiny, stack=SimpleNamespace(database=lambda sql, name: "0"), team=tiny_team)


class Figures:
    def __init__(self, value=5.0, **versions):
        self.value, self.versions = value, versions

    def total(self, expression):
        return self.value

    def query(self, expression):
        labels = self.versions.get(expression)
        return [Sample(labels, 1.0)] if labels else []


@pytest.fixture(scope="module")
def careful(tmp_path_factory):
    """Two containers with limits; the one called redis appends what a team wrote, in Redis' own form."""
    folder = tmp_path_factory.mktemp("parts")
    keeps = CAREFUL | {"tmpfs": ["/data:uid=10001"]}
    stack = project(folder, {"tiny-api": dict(CAREFUL), "redis": keeps})
    yield stack
    stack.compose("down", "-v", "-t", "1")


def write(stack, name, data):
    code = f"import pathlib; pathlib.Path('/data/{name}').write_bytes({data!r})"
    stack.execute("redis", "/usr/bin/python3", "-c", code, must=True)


def test_a_redis_without_keys_of_the_team_fails(careful, checks, tiny_team, monkeypatch):
    from grading.checks import stores

    monkeypatch.setattr(stores, "FIGURE_SECONDS", 0.1)
    check = checks["A1.6"].function

    def checked(**more):
        check(**{"usage": None, "stack": careful, "prometheus": Figures(), "team": tiny_team} | more)

    with pytest.raises(AssertionError, match="no key"):
        checked(prometheus=Figures(0.0))
    with pytest.raises(AssertionError, match="no append-only file"):
        checked()
    write(careful, "a.aof", b"*2\r\n$3\r\nSET\r\n$7\r\nother:1\r\n")
    with pytest.raises(AssertionError, match="no write to tiny:"):
        checked()
    write(careful, "a.aof", b"*2\r\n$3\r\nSET\r\n$6\r\ntiny:1\r\n")
    checked()


def test_a_prometheus_that_keeps_nothing_fails(checks, tiny_team, monkeypatch):
    from grading.checks import stores

    monkeypatch.setattr(stores, "FIGURE_SECONDS", 0.1)
    check = checks["A1.7"].function
    check(prometheus=Figures(3.0), team=tiny_team, usage=None)

    with pytest.raises(AssertionError, match="fewer than two samples"):
        check(prometheus=Figures(1.0), team=tiny_team, usage=None)


def test_a_grafana_that_does_not_answer_fails(secrets_folder, checks):
    place = SimpleNamespace(ports={"GRAFANA_PORT": 1}, secrets=secrets_folder)
    lacking = SimpleNamespace(services=[], model={"services": {"grafana": {"image": "grafana/grafana:1"}}})

    with pytest.raises(AssertionError, match="does not answer"):
        checks["A1.8"].function(stack=SimpleNamespace(services=["grafana"], place=place))
    with pytest.raises(NotChecked, match="cannot be pulled"):
        checks["A1.8"].function(stack=lacking)


DESIGN = """# Design
**Team:** tiny. **Project:** notes
**Project:** notes for everybody

| part | choice |
|---|---|
| Frontend | none yet |
| Backend | the standard library |
| Database | PostgreSQL 17 |
| Cache | Redis 8 |
| Monitoring | Prometheus |
| Image scanner | Trivy |
| Runtime settings | read-only |
| Encryption | TLS everywhere |
| Response | below 200 ms |
| Persistence | named volumes |
| Cache strategy | cache-aside |
| Metrics plan | rate, errors, duration |

## Containers

| service | image (MB) | memory limit (MB) | CPU limit | process limit |
|---|---|---|---|---|
| `tiny-api` | 40 | 64 | 0.5 | 32 |
| `redis` | 40 | 64 | 0.5 | 32 |

Every image is below 100 MB, every container below 512 MB.
"""


def submission(folder, text):
    (folder / "DESIGN.md").write_text(text)
    return Submission(folder, folder)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (DESIGN.replace("| Encryption | TLS everywhere |\n", "").replace("TLS", ""), "encryption"),
        (DESIGN.replace("TLS everywhere", "TODO"), "encryption"),
        (DESIGN.replace("cache-aside", "..."), "cache strategy"),
        (DESIGN.replace("named volumes", "작성 예정"), "persistence"),
        (DESIGN.replace("512 MB", "little"), "512 MB"),
        ("# Design\n\n## Team\n", "nothing on: team"),
    ],
)
def test_a_design_that_is_not_filled_in_fails(text, said, tmp_path, checks, tiny_team):
    check = checks["A2.1"].function
    check(submission=submission(tmp_path, DESIGN), team=tiny_team)

    with pytest.raises(AssertionError, match=said):
        check(submission=submission(tmp_path, text), team=tiny_team)


def test_no_design_at_all_fails(tmp_path, checks, tiny_team):
    with pytest.raises(AssertionError, match=r"there is no DESIGN\.md"):
        checks["A2.1"].function(submission=Submission(tmp_path, tmp_path), team=tiny_team)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("| `redis` | 40 |", "| `redis` | 60 |", "redis: image said 60"),
        ("| `tiny-api` | 40 | 64 |", "| `tiny-api` | 40 | 128 |", "tiny-api: memory said 128"),
        ("| 0.5 | 32 |\n| `redis`", "| 2 | 32 |\n| `redis`", "tiny-api: cpus said 2"),
        ("| 0.5 | 32 |\n\n", "| 0.5 | 99 |\n\n", "redis: pids said 99"),
        ("| `redis` | 40 | 64 | 0.5 | 32 |\n", "", "no image of redis"),
        ("image (MB)", "image goal (MB)", "no image of"),
        ("Trivy", "somebody", "the scanner is Trivy"),
        ("PostgreSQL 17", "PostgreSQL 16", "PostgreSQL 16, runs 17"),
    ],
)
def test_a_design_that_is_not_true_fails(old, new, said, tmp_path, careful, checks, tiny_team):
    image_list = [Image("x", "x", 40_000_000, {}, [], ("tiny-api", "redis"))]
    figures = Figures(pg_static={"short_version": "17.6"}, redis_instance_info={"redis_version": "8.0.2"})
    more = {"team": tiny_team, "stack": careful, "image_list": image_list, "prometheus": figures}
    check = checks["A2.2"].function
    check(submission=submission(tmp_path, DESIGN), **more)

    with pytest.raises(AssertionError, match=said):
        check(submission=submission(tmp_path, DESIGN.replace(old, new, 1)), **more)


def test_an_image_above_its_goal_fails():
    from grading.checks.design import _wrong

    table = "| service | image goal (MB) |\n|---|---|\n| redis | 30 |\n"
    (claim,) = design.claims(design.read(table), {"redis"})

    assert _wrong(claim, {"image": 23.0}) is None
    assert "said 30, is 31" in str(_wrong(claim, {"image": 31.0}))


ROWS = {"notes": {"a-0", "b-0"}, "users": {"c-0"}}
KEPT = Restarted(
    before=ROWS, after=ROWS, images={"/media/1": "x"}, images_after={"/media/1": "x"}, queued=["ready"] * 3,
    session=200, exits={"tiny-api": 0, "redis": 0},
)  # fmt: skip


@pytest.mark.parametrize(
    ("id", "change", "said"),
    [
        ("A3.1", {"after": {"notes": {"a-0"}, "users": {"c-0"}}}, "lost rows: notes: 1 of 2"),
        ("A3.1", {"after": {}}, "notes: 2 of 2"),
        ("A3.1", {"images_after": {}}, "images are gone: /media/1"),
        ("A3.1", {"images_after": {"/media/1": "y"}}, "images are gone"),
        ("A3.1", {"session": 401}, "refused with 401"),
        ("A3.1", {"failure": Text("postgres: unhealthy", "-")}, "postgres: unhealthy"),
        ("A3.1", {"before": {}, "after": {}}, "no row to lose"),
        ("A3.2", {"queued": ["ready", "processing", "ready"]}, "1 of 3 uploads are processing"),
        ("A3.2", {"failure": Text("redis: unhealthy", "-")}, "redis: unhealthy"),
        ("A3.3", {"exits": {"tiny-api": 137, "redis": 0}}, "tiny-api: 137"),
    ],
)
def test_what_is_lost_in_a_restart_fails(id, change, said, checks, tiny_team):
    function = checks[id].function
    more = {"team": tiny_team} if id == "A3.2" else {}
    function(restarted=KEPT, **more)

    with pytest.raises(AssertionError, match=said):
        function(restarted=replace(KEPT, **change), **more)


MORE = {"notes": {"a-0", "z-0"}, "users": {"c-0"}}
BACK = Restored(before=ROWS, changed=MORE, after=ROWS, size=900, read=200)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"after": MORE}, "lost: notes: 1 of 2"),
        ({"after": {**ROWS, "users": {"c-0", "d-0"}}}, "not of the backup: users: 1 of 2"),
        ({"changed": ROWS}, "did nothing"),
        ({"read": 500}, "answers 500"),
        ({"failure": Text("pg_restore failed", "-")}, "pg_restore failed"),
    ],
)
def test_a_backup_that_restores_something_else_fails(change, said, checks):
    check = checks["A3.4"].function
    check(restored=BACK)

    with pytest.raises(AssertionError, match=said):
        check(restored=replace(BACK, **change))


def test_rows_that_are_alike_are_counted_one_by_one():
    answers = iter(["notes", "a\na\nb"])
    stack = SimpleNamespace(database=lambda *_, **__: next(answers))

    before = keeping.rows(stack, "tiny")

    assert before == {"notes": {"a-0", "a-1", "b-0"}}
    assert lost(before, {"notes": {"a-0", "b-0"}}) == ["notes: 1 of 3"]
