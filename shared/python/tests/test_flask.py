import contextlib
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from teamkit import docs
from teamkit.flask import INTERNAL_PORT

from . import bakery_api
from .conftest import TeamSettings, eventually, free_port
from .test_metrics import sample

PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def api(settings: TeamSettings) -> Iterator[FlaskClient]:
    app = bakery_api.build(settings.model_copy(update={"service": "bakery-api"}))
    yield app.test_client()
    app.extensions["engine"].dispose()


def test_a_reply_carries_the_request_id_that_came(api: FlaskClient) -> None:
    reply = api.get("/api/bread/7", headers={"X-Request-ID": "0123456789abcdef"})

    assert reply.json == {"number": 7}
    assert reply.headers["X-Request-ID"] == "0123456789abcdef"


@pytest.mark.parametrize(
    "rubbish", ["", "short", "a b c d e f g", '"}{"level":"info', "x" * 65, "한글한글한글한글", "<b>12345678"]
)
def test_a_request_id_that_is_rubbish_is_replaced(api: FlaskClient, rubbish: str) -> None:
    environ = {"HTTP_X_REQUEST_ID": rubbish.encode().decode("latin-1")}

    made = api.get("/api/bread/7", environ_overrides=environ).headers["X-Request-ID"]

    assert made != rubbish
    assert len(made) == 32


def test_a_refusal_is_a_problem_with_its_request_id(api: FlaskClient) -> None:
    reply = api.get("/api/fail/refused", headers={"X-Request-ID": "0123456789abcdef"})

    assert (reply.status_code, reply.content_type) == (409, PROBLEM)
    assert reply.json == {
        "type": "urn:problem:oven_is_cold",
        "title": "The oven is cold.",
        "status": 409,
        "code": "oven_is_cold",
        "detail": "Heat it first.",
        "request_id": "0123456789abcdef",
    }


def test_a_refusals_headers_go_out(api: FlaskClient) -> None:
    reply = api.get("/api/fail/many")

    assert (reply.status_code, reply.headers["Retry-After"]) == (429, "3")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [("/nowhere", 404, "not_found"), ("/api/fail/418", 418, "i_m_a_teapot"), ("/api/fail/403", 403, "forbidden")],
)
def test_the_frameworks_own_errors_become_refusals(api: FlaskClient, path: str, status: int, code: str) -> None:
    reply = api.get(path)

    assert reply.status_code == status
    if status == 418:
        assert reply.json == {"errors": {"body": ["I'm a teapot"]}}
    else:
        assert (reply.content_type, reply.json and reply.json["code"]) == (PROBLEM, code)


def test_a_wrong_method_names_the_right_ones(api: FlaskClient) -> None:
    reply = api.delete("/api/bread/7")

    assert (reply.status_code, reply.content_type) == (405, PROBLEM)
    assert "GET" in reply.headers["Allow"]


def test_input_that_does_not_fit_the_schema_says_which_field(api: FlaskClient) -> None:
    wrong, broken = api.post("/api/bread", json={"weight": "much"}), api.post("/api/bread", data=b"{")

    assert (wrong.status_code, wrong.content_type) == (422, PROBLEM)
    assert wrong.json
    assert list(wrong.json["errors"]) == ["weight"]
    assert broken.status_code < 500
    assert broken.content_type == PROBLEM


@pytest.mark.parametrize(("kind", "status"), [("bug", 500), ("database", 503), ("redis", 503)])
def test_what_nobody_foresaw_is_logged_and_not_shown(
    api: FlaskClient, capfd: pytest.CaptureFixture[str], kind: str, status: int
) -> None:
    reply = api.get(f"/api/fail/{kind}", headers={"X-Request-ID": "0123456789abcdef"})

    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert (reply.status_code, reply.content_type) == (status, PROBLEM)
    assert b"geheim" not in reply.data
    (error,) = [line for line in lines if line["level"] == "error"]
    # Of a service that is down a line is enough: there is one for each request.
    assert ("Traceback" in error["exception"]) if kind == "bug" else error["error"]
    assert {line["request_id"] for line in lines} == {"0123456789abcdef"}


def test_each_request_is_one_line_with_its_route(api: FlaskClient, capfd: pytest.CaptureFixture[str]) -> None:
    api.get("/api/bread/7?token=geheim", headers={"Authorization": "Token geheim"})

    (line,) = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert (line["event"], line["route"], line["path"]) == ("request", "/api/bread/<int:number>", "/api/bread/7")
    assert "geheim" not in json.dumps(line)


def test_requests_are_metered_under_the_template_and_strange_ones_together(api: FlaskClient) -> None:
    known = {"service": "bakery-api", "method": "GET", "route": "/api/bread/<int:number>", "status": "200"}
    unknown = {"service": "bakery-api", "method": "OTHER", "route": "(none)", "status": "404"}
    before = sample("http_requests_total", **known), sample("http_requests_total", **unknown)

    for number in range(3):
        api.get(f"/api/bread/{number}")
        api.open(f"/nowhere/{number}", method=f"BREW{number}")

    after = sample("http_requests_total", **known), sample("http_requests_total", **unknown)
    assert (after[0] - before[0], after[1] - before[1]) == (3, 3)


def test_metrics_are_on_the_internal_port_only_and_alone_there(api: FlaskClient) -> None:
    inside = {"SERVER_PORT": INTERNAL_PORT}

    assert b"http_requests_total" in api.get("/metrics", environ_overrides=inside).data
    assert api.get("/metrics").status_code == 404
    # The port is the socket's, not what the client says in its Host header.
    assert api.get("/metrics", headers={"Host": "x:9000"}, environ_overrides={"SERVER_PORT": "8000"}).status_code == 404
    for path in ("/api/bread/7", "/api/health", "/"):
        assert api.get(path, environ_overrides=inside).status_code == 404


def test_the_three_health_routes_answer(api: FlaskClient) -> None:
    ready = {"status": "ok", "checks": {"database": "ok", "redis": "ok"}}

    assert api.get("/api/health/live").json == {"status": "ok"}
    assert api.get("/api/health/ready").json == api.get("/api/health").json == ready


def test_swagger_ui_comes_from_our_own_files_without_inline_script(api: FlaskClient) -> None:
    page = api.get("/api/docs")
    script, style = api.get("/api/docs/swagger-ui-bundle.js"), api.get("/api/docs/swagger-ui.css")
    start = api.get("/api/docs/start.js")

    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]
    assert b"//" not in page.data.replace(b"<!doctype", b"")
    assert b"<script>" not in page.data
    assert len(script.data) > 1_000_000
    assert script.content_type.startswith("text/javascript")
    assert style.content_type.startswith("text/css")
    assert b'"/api/openapi.json"' in start.data
    assert api.get("/api/docs/..%2F__init__.py").status_code == 404
    assert docs.asset("swagger-ui.js", "x") is None


def test_the_description_of_the_api_holds_its_routes_and_not_the_pages(api: FlaskClient) -> None:
    paths = (api.get("/api/openapi.json").json or {})["paths"]

    assert {"/api/bread/{number}", "/api/health", "/api/health/live", "/api/health/ready"} <= set(paths)
    assert not [path for path in paths if path.startswith("/api/docs")]


class Running:
    """The API under gunicorn, over TLS."""

    def __init__(self, process: subprocess.Popen[bytes], context: ssl.SSLContext, port: int, inside: int) -> None:
        self.process, self.context, self.port, self.inside = process, context, port, inside

    def open(self, path: str, port: int = 0, data: bytes | None = None, **headers: str) -> HTTPResponse:
        request = urllib.request.Request(f"https://localhost:{port or self.port}{path}", data, headers)
        reply: HTTPResponse = urllib.request.urlopen(request, context=self.context, timeout=10)
        return reply


@pytest.fixture
def running(settings: TeamSettings, run_secrets: Path) -> Iterator[Running]:
    port, inside = free_port(), free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", "tests/gunicorn.conf.py", "tests.bakery_wsgi:app"],
        cwd=Path(__file__).parents[1],
        env=os.environ | {"API_PORT": str(port), "INTERNAL_PORT": str(inside)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    context = ssl.create_default_context(cafile=run_secrets / "ca.crt")
    found = Running(process, context, port, inside)
    # Several tries on a busy machine: the port listens long before the worker has loaded the application.
    eventually(lambda: found.open("/api/health").status == 200, seconds=60)
    yield found
    process.kill()
    process.communicate()


def test_under_gunicorn_a_stream_gets_what_another_request_publishes_and_stops_with_the_server(
    running: Running,
) -> None:
    stream = running.open("/api/stream")
    assert stream.readline() == b": heartbeat\n"

    running.open("/api/stream/baked", data=b"")
    lines = iter(stream.readline, b"")
    assert next(line for line in lines if line.startswith(b"event")) == b"event: baked\n"
    running.process.send_signal(signal.SIGTERM)
    rest = list(lines)

    output, _ = running.process.communicate(timeout=15)
    assert running.process.returncode == 0
    assert rest
    written: list[dict[str, Any]] = [json.loads(line) for line in output.splitlines()]
    assert {"request", "Listening at"} <= {line["event"].partition(":")[0] for line in written}


def test_under_gunicorn_a_handshake_that_breaks_off_is_nothing_to_write_about(running: Running) -> None:
    with socket.create_connection(("127.0.0.1", running.port)) as client:
        client.sendall(b"This is no TLS.")
        # The server has hung up: it is done with this one.
        with contextlib.suppress(ConnectionResetError):
            while client.recv(100):
                pass

    assert running.open("/api/bread/7").status == 200
    running.process.send_signal(signal.SIGTERM)
    output, _ = running.process.communicate(timeout=15)
    assert "request" in [json.loads(line)["event"] for line in output.splitlines()]


def test_under_gunicorn_the_second_port_serves_the_metrics(running: Running) -> None:
    running.open("/api/bread/7")

    assert b'route="/api/bread/<int:number>"' in running.open("/metrics", running.inside).read()
    with pytest.raises(urllib.error.HTTPError, match="404"):
        running.open("/api/bread/7", running.inside)
    with pytest.raises(urllib.error.HTTPError, match="404"):
        running.open("/metrics")
