"""What is written: report.json keeps its contract, junit.xml is XML, index.html asks nobody for anything."""

import base64
import json
import re
import xml.etree.ElementTree as ElementTree
from io import BytesIO, StringIO

import jsonschema
import pytest
from PIL import Image
from rich.console import Console

from grading import report
from grading.__main__ import exit_code
from grading.events import Result
from grading.report.document import SCHEMA_FILE
from grading.report.terminal import Terminal
from grading.supervisor import TeamReport
from grading.text import Text
from grading.timeline import Timeline
from ops.swarm.traffic import Totals
from ops.swarm.watch import Mark, Record, Row

EMPTY = Text("", "")
HOSTILE = "<script>alert(1)</script>\x00\x1b[31m]]>&"
ENGINE = {
    "version": "26.1", "compose": "2.26", "os": "Debian", "kernel": "6", "cgroup": "1", "cpus": 2, "memory_mb": 4000,
}  # fmt: skip


buffer = BytesIO()
Image.new("RGB", (39, 84), "#b4451f").save(buffer, "WEBP")
WEBP = base64.b64encode(buffer.getvalue()).decode()


def killed_node() -> Timeline:
    """A node that was killed in the third second, and whose tasks were elsewhere in the eighth."""
    rows = [
        Row(second, 2 if 2 < second < 8 else 3, 3, 38, 2, 0, 2, 12.0, 90.0, {"n1": "leader", "n2": "down" if second > 2 else "ready"})
        for second in range(10)
    ]  # fmt: skip
    marks = [Mark(2.5, "break", "Kill a node", "노드 죽이기"), Mark(8.25, "recovered", "whole again", "회복")]
    record = Record(
        rows, marks, Totals(400, 0, 20, 31.0, 20, 0, 0, 0, 0, uncounted=False, unsaved=0, missed=0, reconnects=1)
    )
    return Timeline("kill-node", Text("Kill a node", "노드 죽이기"), Text("n2 died", "n2이(가) 죽음"), None, record)


@pytest.fixture
def graded(checks):
    some = {id: checks[id] for id in ("F1.1", "F1.7", "S1.1", "P1.1", "P4.1")}
    results = {
        "F1.1": Result("F1.1", "passed", 0.5, Text("fine", "좋음"), EMPTY),
        "F1.7": Result("F1.7", "failed", 1.5, Text(HOSTILE, HOSTILE), EMPTY),
        "S1.1": Result("S1.1", "not_checked", 0, EMPTY, Text("no database", "데이터베이스 없음")),
        "P1.1": Result("P1.1", "waived", 0, Text("grafana 500 MB", "grafana 500 MB"), Text("vendor", "공급자 이미지")),
        "P4.1": Result("P4.1", "passed", 0, EMPTY, EMPTY),
    }
    measured = {
        "image": {"blog-api": {"megabytes": 84.9}, "grafana": {"megabytes": 480.0}},
        "latency": {"/api/health": {"p50": 3.0, "p95": 9.0}},
        "memory": {"blog-api": {"megabytes": 120.0}},
    }
    facts = {"trivy": {"usable": False, "reason": "no database"}}
    remarks = [Text("Waiver X expired", "면제 X 만료")]
    timelines = {"kill-node": killed_node()}
    return TeamReport(
        "blog", some, results, measured, facts, remarks, 12.0, pictures={"home-phone": WEBP}, timelines=timelines
    )


@pytest.fixture
def written(graded, tmp_path):
    report.write([graded], ENGINE, tmp_path, "en")
    return tmp_path


def test_the_report_fits_its_schema(written):
    content = json.loads((written / "report.json").read_text())
    schema = json.loads(SCHEMA_FILE.read_text())

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(content, schema)


def test_the_schema_holds_the_contract():
    schema = json.loads(SCHEMA_FILE.read_text())
    check = schema["$defs"]["check"]

    assert schema["required"] == ["schema", "generated_at", "engine", "trivy", "teams"]
    assert schema["$defs"]["team"]["required"] == ["team", "earned", "checkable", "possible", "checks"]
    assert check["required"] == ["id", "requirement", "title", "outcome", "points", "seconds", "evidence", "reason"]
    assert check["properties"]["outcome"]["enum"] == ["passed", "failed", "not_checked", "waived"]


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "skipped"}, {"id": "F1"}, {"points": 0}, {"extra": 1}, {"outcome": "not_checked", "reason": ""},
        {"outcome": "failed", "evidence": ""}, {"seconds": -1},
    ],
)  # fmt: skip
def test_the_schema_refuses_what_breaks_the_contract(change, written):
    content = json.loads((written / "report.json").read_text())
    content["teams"][0]["checks"][0] |= change

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content, json.loads(SCHEMA_FILE.read_text()))


def test_a_score_is_earned_of_checkable_of_possible(graded, written):
    team = json.loads((written / "report.json").read_text())["teams"][0]

    assert team["earned"] == graded.points("passed")
    assert team["checkable"] == team["earned"] + graded.points("failed")
    assert team["possible"] == sum(one.points for one in graded.checks.values())


def test_junit_is_well_formed_and_counts(written):
    suite = ElementTree.parse(written / "junit.xml").getroot()[0]

    assert suite.attrib["tests"] == "5"
    assert suite.attrib["failures"] == "1"
    assert suite.attrib["skipped"] == "2"
    assert len(suite.findall("testcase/failure")) == 1


def test_the_page_asks_nobody_for_anything(written):
    page = (written / "index.html").read_text()

    assert not re.search(r"(?:src|href)\s*=\s*[\"']?(?:https?:)?//", page)
    assert not re.search(r"url\(|@import|<link(?![^>]*data:)|<script\s+src", page)
    assert "default-src 'none'" in page


def test_the_page_escapes_what_a_submission_says(written):
    page = (written / "index.html").read_text()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_page_tells_evidence_why_and_hint_in_both_languages(graded, written):
    page = (written / "index.html").read_text()
    failed = graded.checks["F1.7"]

    for text in (failed.why, failed.hint, failed.title):
        assert text.split("'")[0].split("!")[0] in page
        assert text.ko.split("'")[0].split("!")[0] in page


def test_the_page_draws_sizes_latencies_and_memory(written):
    page = (written / "index.html").read_text()

    assert page.count('<svg class="chart"') == 3
    assert 'class="over' in page, "what is above the line must stand out"


def test_the_page_shows_pictures_and_they_lie_beside_it(written):
    page = (written / "index.html").read_text()

    assert f'alt="home (phone)" src="data:image/webp;base64,{WEBP}"' in page
    with Image.open(written / "blog-home-phone.webp") as picture:
        assert picture.size == (39, 84)


def test_the_page_draws_what_happened_on_the_swarm_and_says_it_in_words(written):
    page = (written / "index.html").read_text()

    assert page.count('<svg class="timeline"') == 1
    assert (
        'aria-label="Kill a node. 2 s Kill a node, 8 s whole again. Healthy replicas: 3 at first, 2 to 3, 3 at the end.'
        in page
    )
    assert "노드: n1 리더; n2 준비됨, 다운." in page
    assert "prefers-color-scheme: dark) { .timeline" in page


def test_report_json_tells_what_happened_on_the_swarm(written):
    team = json.loads((written / "report.json").read_text())["teams"][0]

    assert [(one["exercise"], one["recovery_seconds"], one["failed"]) for one in team["swarm"]] == [
        ("kill-node", 5.8, 0)
    ]


def test_a_timeline_arrives_as_it_was_told():
    told = killed_node()

    assert Timeline.heard(json.loads(json.dumps(told.event()))) == told


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_terminal_tells_what_to_do(graded, language):
    out = StringIO()
    terminal = Terminal(language, Console(file=out, width=200))

    terminal.table(graded)

    assert graded.checks["F1.7"].hint.within(language)[:40] in out.getvalue()


def test_exit_codes(graded):
    assert exit_code([graded]) == 1

    del graded.results["F1.7"], graded.checks["F1.7"]
    assert exit_code([graded]) == 0

    graded.interrupted = True
    assert exit_code([graded]) == 2
