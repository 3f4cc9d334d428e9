import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from teamkit import browser, metrics
from teamkit.problems import Invalid

from . import bakery_api
from .conftest import TeamSettings
from .test_metrics import sample

PROBLEM = "application/problem+json"
SERVICE = "reports-api"
BY_URI = {
    "csp-report": {
        "document-uri": "https://blog.localhost:8443/article/one?token=geheim",
        "violated-directive": "script-src-elem",
        "effective-directive": "script-src-elem",
        "blocked-uri": "https://kim:geheim@evil.example/x.js?token=geheim",
        "source-file": "https://blog.localhost:8443/assets/index.js?geheim",
        "script-sample": "alert(1)\n" + "x" * 500,
    }
}
BY_API = [
    {
        "type": "csp-violation",
        "body": {
            "documentURL": "https://blog.localhost:8443/article/one?token=geheim",
            "effectiveDirective": "script-src-elem",
            "blockedURL": "https://kim:geheim@evil.example/x.js?token=geheim",
            "sourceFile": "https://blog.localhost:8443/assets/index.js?geheim",
            "sample": "alert(1)\n" + "x" * 500,
        },
    },
    {"type": "deprecation", "body": {"id": "something"}},
]


@pytest.fixture(scope="module")
def api(settings: TeamSettings) -> Iterator[FlaskClient]:
    app = bakery_api.build(settings.model_copy(update={"service": SERVICE}))
    yield app.test_client()
    app.extensions["engine"].dispose()


def logged(capfd: pytest.CaptureFixture[str], event: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    return [line for line in lines if line["event"] == event]


@pytest.mark.parametrize("report", [BY_URI, BY_API], ids=["report-uri", "report-to"])
def test_both_forms_of_a_violation_say_the_same_and_no_query_is_kept(report: Any) -> None:
    (found,) = browser.violations(json.dumps(report).encode())

    assert (found.directive, found.blocked) == ("script-src-elem", "https://evil.example")
    assert (found.page, found.source) == ("/article/one", "/assets/index.js")
    assert found.sample.startswith("alert(1) xxx")
    assert len(found.sample) == 100


@pytest.mark.parametrize(
    ("said", "kept"),
    [("inline", "inline"), ("eval", "eval"), ("data", "data"), ("data:text/html,<p>geheim", "data"), ("https://[", "")],
)
def test_what_was_blocked_may_be_no_address(said: str, kept: str) -> None:
    (found,) = browser.violations(json.dumps({"csp-report": {"blocked-uri": said}}).encode())

    assert found.blocked == kept


@pytest.mark.parametrize(
    "rubbish", [b"", b"{", b"7", b"null", b"[7]", b"{}", b'{"csp-report": 7}', b"\xff\xfe", b"[" * 5000]
)
def test_what_is_no_report_is_refused(rubbish: bytes) -> None:
    with pytest.raises(Invalid):
        browser.violations(rubbish)


def test_a_report_whose_values_are_none_of_ours_is_counted_as_other() -> None:
    body = json.dumps({"csp-report": {"effective-directive": "x" * 5000, "blocked-uri": {"a": 1}, "document-uri": 7}})

    (found,) = browser.violations(body.encode())

    assert vars(found) == {"directive": "other", "blocked": "", "page": "", "source": "", "sample": ""}


def test_vitals_are_counted_in_seconds_under_known_pages_only(api: FlaskClient) -> None:
    vitals = [{"name": "LCP", "value": 1234.5, "rating": "good"}, {"name": "CLS", "value": 0.02}]

    for page in ("/bread/:number", "/bread/7", "/x" * 4000):
        assert api.post("/api/browser/vitals", json={"page": page, "vitals": vitals}).status_code == 204

    labels = {"service": SERVICE, "page": "/bread/:number"}
    assert sample("browser_web_vitals_seconds_sum", name="LCP", **labels) == 1.2345
    assert sample("browser_layout_shift_sum", **labels) == 0.02
    assert sample("browser_web_vitals_seconds_count", name="LCP", service=SERVICE, page="other") == 2


def test_an_error_is_counted_and_is_one_line_of_the_log(api: FlaskClient, capfd: pytest.CaptureFixture[str]) -> None:
    before = sample("browser_errors_total", service=SERVICE, kind="vue")
    error = {"kind": "vue", "message": "broken\n" + "x" * 5000, "source": "https://a.example/b.js?t=geheim", "line": 7}

    reply = api.post("/api/browser/errors", json={"page": "/", "errors": [error]})

    (line,) = logged(capfd, "browser error")
    assert reply.status_code == 204
    assert sample("browser_errors_total", service=SERVICE, kind="vue") == before + 1
    assert (line["level"], line["page"], line["source"], line["line"]) == ("warning", "/", "/b.js", 7)
    assert line["message"] == "broken " + "x" * 293


def test_every_figure_is_there_before_the_first_report(api: FlaskClient) -> None:
    browser.Reports("quiet-api", ["/"])

    scraped = metrics.render()[0].decode()
    for series in (
        'browser_web_vitals_seconds_count{name="INP",page="/",service="quiet-api"} 0.0',
        'browser_layout_shift_count{page="other",service="quiet-api"} 0.0',
        'browser_errors_total{kind="unhandledrejection",service="quiet-api"} 0.0',
        'browser_csp_violations_total{directive="script-src-elem",service="quiet-api"} 0.0',
    ):
        assert series in scraped


@pytest.mark.parametrize("kind", ["csp-report", "reports+json"])
def test_a_violation_is_counted_and_logged(api: FlaskClient, capfd: pytest.CaptureFixture[str], kind: str) -> None:
    report = BY_URI if kind == "csp-report" else BY_API
    before = sample("browser_csp_violations_total", service=SERVICE, directive="script-src-elem")

    reply = api.post("/api/browser/csp", data=json.dumps(report), content_type=f"application/{kind}")

    (line,) = logged(capfd, "csp violation")
    assert reply.status_code == 204
    assert sample("browser_csp_violations_total", service=SERVICE, directive="script-src-elem") == before + 1
    assert (line["level"], line["blocked"], line["page"]) == ("warning", "https://evil.example", "/article/one")
    assert "geheim" not in json.dumps(line)


RUBBISH = [
    [],
    {},
    {"page": "/"},
    {"page": 7, "vitals": [], "errors": []},
    {"page": "/", "vitals": [{"name": "LCP", "value": -1}], "errors": [{"kind": "x", "message": "m"}]},
    {"page": "/", "vitals": [{"name": "x", "value": 1}], "errors": [{"kind": "vue"}]},
    {"page": "/", "vitals": [{"name": "LCP", "value": "NaN"}], "errors": [{"kind": "vue", "message": 7}]},
    {"page": "/", "vitals": [{"name": "LCP", "value": 1}] * 21, "errors": [{"kind": "vue", "message": "m"}] * 21},
    {"page": "/", "vitals": {"a": 1}, "errors": [{"kind": "vue", "message": "m", "line": 10**30}]},
]


@pytest.mark.parametrize("path", ["vitals", "errors"])
@pytest.mark.parametrize("rubbish", RUBBISH, ids=str)
def test_rubbish_is_refused_as_a_problem(api: FlaskClient, path: str, rubbish: Any) -> None:
    reply = api.post(f"/api/browser/{path}", json=rubbish)

    assert (reply.status_code, reply.content_type) == (422, PROBLEM)


@pytest.mark.parametrize("path", ["vitals", "errors", "csp"])
def test_more_than_16_kilobytes_are_refused(api: FlaskClient, path: str) -> None:
    body = json.dumps({"page": "x" * browser.MAX_BYTES, "vitals": [], "errors": [], "csp-report": {}})

    reply = api.post(f"/api/browser/{path}", data=body, content_type="application/json")

    assert (reply.status_code, reply.content_type) == (413, PROBLEM)


def test_one_address_may_send_so_many_a_minute(api: FlaskClient) -> None:
    busy, quiet = uuid.uuid4().hex, uuid.uuid4().hex

    def send(address: str) -> int:
        headers = {"X-Forwarded-For": f"6.6.6.6, {address}"}
        return api.post("/api/browser/vitals", json={"page": "/", "vitals": []}, headers=headers).status_code

    assert [send(busy) for _ in range(101)] == [204] * 100 + [429]
    assert send(quiet) == 204
