"""The adapter under uvicorn, in a process of its own: Django can be configured once in a process."""

import json
import os
import signal
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from .conftest import TeamSettings, eventually, free_port

PROBLEM = "application/problem+json"
ID = "0123456789abcdef"


@dataclass
class Running:
    """The API under uvicorn, over TLS, and the lines that it has written."""

    process: subprocess.Popen[bytes]
    http: httpx.Client
    inside: str
    lines: list[dict[str, Any]] = field(default_factory=list)

    def read(self) -> None:
        """Take in what it writes, until it ends."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(json.loads(line) if line.startswith(b"{") else {"event": line.decode()})

    def answers(self) -> bool:
        """Whether it is up; one that gave up fails with its own words."""
        if self.process.poll() is not None:
            pytest.fail(f"it ended: {self.lines}")
        return self.http.get("/api/health").status_code == 200

    def said(self, request_id: str) -> list[dict[str, Any]]:
        """The lines about one request; its own comes last."""
        found: list[dict[str, Any]] = []

        def written() -> bool:
            found[:] = [line for line in list(self.lines) if line.get("request_id") == request_id]
            return any(line["event"] == "request" for line in found)

        eventually(written)
        return found


def start(run_secrets: Path) -> tuple[Running, threading.Thread]:
    port, inside = free_port(), free_port()
    ports = {"API_PORT": str(port), "INTERNAL_PORT": str(inside)}
    process = subprocess.Popen(
        [sys.executable, "-c", "from tests.bakery_django import serve; serve()"],
        cwd=Path(__file__).parents[1],
        env=os.environ | ports | {"DJANGO_SETTINGS_MODULE": "tests.bakery_settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    context = ssl.create_default_context(cafile=run_secrets / "ca.crt")
    http = httpx.Client(base_url=f"https://localhost:{port}", verify=context, timeout=10)
    found = Running(process, http, f"https://localhost:{inside}")
    reading = threading.Thread(target=found.read)
    reading.start()
    return found, reading


@pytest.fixture(scope="module")
def run(settings: TeamSettings, run_secrets: Path) -> Iterator[Running]:
    found, reading = start(run_secrets)
    try:
        eventually(found.answers)
        yield found
    finally:
        found.process.kill()
        found.process.wait()
        reading.join()
        assert found.process.stdout
        found.process.stdout.close()
        found.http.close()


@pytest.fixture
def api(run: Running) -> httpx.Client:
    return run.http


def test_a_reply_carries_the_request_id_that_came(api: httpx.Client) -> None:
    reply = api.get("/api/bread/7", headers={"X-Request-ID": ID})

    assert (reply.json(), reply.headers["X-Request-ID"]) == ({"number": 7}, ID)


@pytest.mark.parametrize("rubbish", ["", "short", "a b c d e f g", '"}{"level":"info', "x" * 65, "<b>12345678"])
def test_a_request_id_that_is_rubbish_is_replaced(api: httpx.Client, rubbish: str) -> None:
    made = api.get("/api/bread/7", headers={"X-Request-ID": rubbish}).headers["X-Request-ID"]

    assert made != rubbish
    assert len(made) == 32


@pytest.mark.parametrize("path", ["/api/fail/refused", "/plain/refused"])
def test_a_refusal_is_a_problem_with_its_request_id(api: httpx.Client, path: str) -> None:
    reply = api.get(path, headers={"X-Request-ID": ID})

    assert (reply.status_code, reply.headers["Content-Type"]) == (409, PROBLEM)
    assert reply.json() == {
        "type": "urn:problem:oven_is_cold",
        "title": "The oven is cold.",
        "status": 409,
        "code": "oven_is_cold",
        "detail": "Heat it first.",
        "request_id": ID,
    }


def test_a_refusals_headers_go_out(api: httpx.Client) -> None:
    reply = api.get("/api/fail/many")

    assert (reply.status_code, reply.headers["Retry-After"]) == (429, "3")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/nowhere", 404, "not_found"),
        ("/api/nowhere", 404, "not_found"),
        ("/api/fail/missing", 404, "not_found"),
        ("/plain/missing", 404, "not_found"),
        ("/api/fail/teapot", 418, "i_m_a_teapot"),
        ("/api/bread/%00", 422, "invalid"),
        ("/plain/a%00b", 422, "invalid"),
        ("/api/bread/7?q=%00", 422, "invalid"),
    ],
)
def test_the_frameworks_own_errors_become_refusals(api: httpx.Client, path: str, status: int, code: str) -> None:
    reply = api.get(path)

    assert (reply.status_code, reply.headers["Content-Type"], reply.json()["code"]) == (status, PROBLEM, code)
    assert "geheim" not in reply.text


def test_a_wrong_method_names_the_right_ones(api: httpx.Client) -> None:
    reply = api.delete("/api/bread/7")

    assert (reply.status_code, reply.headers["Content-Type"]) == (405, PROBLEM)
    assert "GET" in reply.headers["Allow"]


@pytest.mark.parametrize(
    ("content", "kind", "status", "errors"),
    [
        (b'{"weight": "much"}', "application/json", 422, ["weight"]),
        (b"{}", "application/json", 422, {"weight": ["is needed"]}),
        (b"[]", "application/json", 422, ["weight"]),
        (b"{", "application/json", 422, {"body": ["is not valid JSON"]}),
        (b"weight=1", "text/plain", 415, []),
        (b'"%s"' % (b"x" * 20_000), "application/json", 413, []),
    ],
)
def test_input_that_does_not_fit_says_which_field(
    api: httpx.Client, content: bytes, kind: str, status: int, errors: Any
) -> None:
    reply = api.post("/api/bread", content=content, headers={"Content-Type": kind})

    assert (reply.status_code, reply.headers["Content-Type"]) == (status, PROBLEM)
    found = reply.json().get("errors", {})
    assert found == errors if isinstance(errors, dict) else list(found) == errors


@pytest.mark.parametrize(("kind", "status"), [("bug", 500), ("database", 503), ("redis", 503)])
@pytest.mark.parametrize("path", ["/api/fail/", "/plain/"])
def test_what_nobody_foresaw_is_logged_and_not_shown(run: Running, path: str, kind: str, status: int) -> None:
    request_id = f"{path.replace('/', '.')}{kind}.0123"

    reply = run.http.get(f"{path}{kind}", headers={"X-Request-ID": request_id})

    # A plain view's every failure is Django's 500: only ninja knows what a service that is down is.
    assert reply.status_code == (500 if path == "/plain/" else status)
    assert reply.headers["Content-Type"] == PROBLEM
    assert "geheim" not in reply.text
    (error,) = [line for line in run.said(request_id) if {"exception", "error"} & set(line)]
    # Of a service that is down a line is enough: there is one for each request.
    assert "geheim" in error["error" if reply.status_code == 503 else "exception"]


def test_each_request_is_one_line_with_its_route(run: Running) -> None:
    headers = {"X-Request-ID": "one.line.0123", "Authorization": "Bearer geheim"}

    run.http.get("/api/bread/7?token=geheim", headers=headers)

    (line,) = run.said("one.line.0123")
    assert (line["event"], line["route"], line["path"]) == ("request", "/api/bread/<int:number>", "/api/bread/7")
    assert "geheim" not in json.dumps(line)


def test_requests_are_metered_under_the_template_and_metrics_are_inside_only(run: Running) -> None:
    for number, method in enumerate(("PURGE", "LOCK", "MKCOL")):
        run.http.get(f"/api/bread/{number}")
        run.http.request(method, f"/nowhere/{number}")

    told = run.http.get(f"{run.inside}/metrics").text

    series = [line for line in told.splitlines() if line.startswith("http_requests_total{")]
    assert any('route="/api/bread/<int:number>"' in line for line in series)
    assert any('method="OTHER"' in line and 'route="(none)"' in line for line in series)
    assert not any("nowhere" in line or "/api/bread/1" in line for line in series)
    assert run.http.get("/metrics").status_code == 404


def test_the_three_health_routes_answer(api: httpx.Client) -> None:
    ready = {"status": "ok", "checks": {"database": "ok", "redis": "ok"}}

    assert api.get("/api/health/live").json() == {"status": "ok"}
    assert api.get("/api/health/ready").json() == api.get("/api/health").json() == ready


def test_swagger_ui_comes_from_our_own_files_and_describes_the_routes(api: httpx.Client) -> None:
    page, script = api.get("/api/docs"), api.get("/api/docs/swagger-ui-bundle.js")
    paths = api.get("/api/openapi.json").json()["paths"]

    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]
    assert len(script.content) > 1_000_000
    assert api.get("/api/docs/..%2F__init__.py").status_code == 404
    assert {"/api/bread/{number}", "/api/health", "/api/health/live", "/api/health/ready"} <= set(paths)
    assert not [path for path in paths if path.startswith("/api/docs")]


def test_the_clients_address_is_the_one_that_the_edge_wrote_last(api: httpx.Client) -> None:
    def told(**headers: str) -> str:
        return str(api.get("/api/address", headers=headers).json()["address"])

    assert told(**{"X-Forwarded-For": "6.6.6.6, 10.0.0.7"}) == "10.0.0.7"
    assert told() == "127.0.0.1"


def test_a_connection_that_the_server_closed_is_replaced_before_it_is_used(
    run: Running, settings: TeamSettings
) -> None:
    def pids(tries: int) -> set[int]:
        return {run.http.get("/api/connection").json()["pid"] for _ in range(tries)}

    before = pids(30)
    with psycopg.connect(
        host=settings.postgres_host,
        port=settings.postgres_port,
        dbname=settings.team,
        user=settings.team,
        password=settings.postgres_password.get_secret_value(),
        sslmode="verify-full",
        sslrootcert=str(settings.tls_ca),
    ) as connection:
        for pid in before:
            connection.execute("SELECT pg_terminate_backend(%s)", (pid,))

    after = [run.http.get("/api/connection") for _ in range(30)]

    assert {reply.status_code for reply in after} == {200}
    assert not before & {reply.json()["pid"] for reply in after}


def test_streams_take_no_thread_hear_what_is_published_and_end_with_the_server(
    settings: TeamSettings, run_secrets: Path
) -> None:
    own, reading = start(run_secrets)
    try:
        eventually(own.answers)
        with ExitStack() as opened:
            # More than there are threads: each would have one, if a stream took any.
            streams = [opened.enter_context(own.http.stream("GET", "/api/stream")) for _ in range(20)]
            lines = [stream.iter_lines() for stream in streams]
            assert {next(line) for line in lines} == {": open"}
            assert own.http.get("/api/connection").status_code == 200

            own.http.post("/api/stream/baked")
            heard = [next(text for text in line if text.startswith("event")) for line in lines]
            own.process.send_signal(signal.SIGTERM)
            for line in lines:
                list(line)

        assert heard == ["event: baked"] * 20
        # The server says goodbye on each connection and waits 20 s for a client that does not answer; the edge does.
        own.http.close()
        assert own.process.wait(15) == 0
    finally:
        own.process.kill()
        own.process.wait()
        reading.join()
        assert own.process.stdout
        own.process.stdout.close()
        own.http.close()
