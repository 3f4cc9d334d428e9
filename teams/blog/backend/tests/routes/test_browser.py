"""The frontend's reports: the routes are there, open to everybody, and know the frontend's pages."""

import re
from pathlib import Path

from blog.pages import PAGES
from shared.python.tests.test_metrics import sample

ROUTER = Path(__file__).parents[3] / "frontend/src/router.ts"


def test_a_visitors_reports_are_counted(visitor):
    labels = {"service": "blog-api", "name": "LCP", "page": "/article/:slug"}
    before = sample("browser_web_vitals_seconds_count", **labels)

    vitals = visitor("POST", "/browser/vitals", {"page": "/article/:slug", "vitals": [{"name": "LCP", "value": 900}]})
    errors = visitor("POST", "/browser/errors", {"page": "/", "errors": [{"kind": "vue", "message": "broken"}]})
    report = visitor("POST", "/browser/csp", data=b'{"csp-report": {}}', content_type="application/csp-report")

    assert [vitals.status_code, errors.status_code, report.status_code] == [204, 204, 204]
    assert sample("browser_web_vitals_seconds_count", **labels) == before + 1


def test_what_is_wrong_is_named_field_by_field(visitor):
    reply = visitor("POST", "/browser/vitals", {"page": "/", "vitals": [{"name": "speed", "value": 1}]})

    assert (reply.status_code, reply.content_type) == (422, "application/problem+json")
    assert reply.json["errors"]["vitals"]


def test_the_pages_are_those_of_the_frontend():
    paths = set(re.findall(r'path: "(/[^"(]*)"', ROUTER.read_text(encoding="utf-8")))

    assert paths == set(PAGES)
