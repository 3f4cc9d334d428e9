"""Checks of running containers, against a careless project and beside it a careful one."""

import json
import ssl
import threading
from contextlib import nullcontext
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

from grading import ownership
from grading.check import NotChecked
from grading.compose import Place, free_ports
from grading.edge import Edge
from grading.fixtures.load import Loads
from grading.load import Load, others_share
from grading.stack import PROBE_IMAGE, Stack, eventually
from grading.world import World
from ops import secrets
from tests.grading.tiny import Tiny

# Answers whatever it is told in the clear, as a database without TLS would.
CHATTY = """
import socketserver, sys
class Answer(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.recv(100)
        self.request.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok")
print("started with", *sys.argv[2:], flush=True)
class Server(socketserver.ThreadingTCPServer): allow_reuse_address = True
Server(("", int(sys.argv[1])), Answer).serve_forever()
"""
PATIENT = "import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(0)); signal.pause()"
LIMITS = {"limits": {"memory": "64M", "pids": 32, "cpus": "0.5"}}
CAREFUL = {
    "image": PROBE_IMAGE, "command": ["/usr/bin/python3", "-c", PATIENT], "read_only": True, "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges:true"], "deploy": {"resources": LIMITS}, "healthcheck": {"disable": True},
}  # fmt: skip


def careless(port: int, *words: str) -> dict:
    return {
        "image": PROBE_IMAGE, "user": "0:0", "command": ["/usr/bin/python3", "-c", CHATTY, str(port), *words],
        "networks": ["edge", "app", "data"], "healthcheck": {"disable": True},
    }  # fmt: skip


def project(folder: Path, services: dict[str, dict]) -> Stack:
    """A running project of these services, made as the grader makes one."""
    secrets.ensure(folder, ["tiny"])
    owner = ownership.run_id()
    place = Place(f"grade-tiny-{folder.name[-6:].strip('-_').lower()}", owner, folder, free_ports())
    networks = {
        name: {"name": f"{place.project}_{name}", "labels": {ownership.LABEL: owner}}
        for name in ("edge", "app", "data")
    }
    for service in services.values():
        service["labels"] = {ownership.LABEL: owner}
    model = {"name": place.project, "services": services, "networks": networks}
    file = folder / "model.json"
    file.write_text(json.dumps(model))
    stack = Stack(place, model, file, list(services))
    stack.compose("up", "-d", "--no-build")
    return stack


@pytest.fixture(scope="module")
def wrong(tmp_path_factory):
    folder = tmp_path_factory.mktemp("careless")
    secrets.ensure(folder, ["tiny"])
    password = (folder / "tiny/postgres_password").read_text().strip()
    api = careless(8000, password) | {"environment": {"DB_PASSWORD": "hunter2hunter2"}, "ports": ["127.0.0.1::8000"]}
    crash = CAREFUL | {"command": ["/usr/bin/python3", "-c", "raise SystemExit(1)"], "restart": "always"}
    services = {"tiny-api": api, "postgres": careless(5432), "redis": careless(6379), "tiny-worker": crash}
    stack = project(folder, services)
    yield stack
    stack.compose("down", "-v", "-t", "1")


@pytest.fixture(scope="module")
def right(tmp_path_factory):
    stack = project(tmp_path_factory.mktemp("careful"), {"tiny-api": dict(CAREFUL), "tiny-worker": dict(CAREFUL)})
    yield stack
    stack.compose("down", "-v", "-t", "1")


def asked(function, **available):
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    return function(**{name: available[name] for name in names})


@pytest.mark.parametrize("id", ["S2.2", "S2.3", "S2.4", "S3.4", "S3.5", "S3.6", "S4.1", "S4.4", "P4.1", "P4.2", "P4.3"])
def test_a_careless_project_fails(id, wrong, checks, tiny_team):
    with pytest.raises(AssertionError) as failure:
        asked(checks[id].function, stack=wrong, team=tiny_team, model=wrong.model)

    assert str(failure.value)


@pytest.mark.parametrize("id", ["S2.2", "S2.3", "S2.4", "S4.1", "P4.1", "P4.2", "P4.3"])
def test_a_careful_project_passes(id, right, checks, tiny_team):
    asked(checks[id].function, stack=right, team=tiny_team, model=right.model)


LOAD = Load(complete=1000, failed=0, p50=3, p95=9, rate=900)
GOOD = Loads(LOAD, LOAD, LOAD, {"tiny-api": 90_000_000})


@pytest.mark.parametrize("id", ["P5.1", "P5.2", "P5.3"])
@pytest.mark.parametrize("change", [{"p95": 201.0}, {"failed": 1}, {"complete": 999}], ids=str)
def test_a_slow_or_failing_route_fails(id, change, checks):
    bad = Load(**(vars(LOAD) | change))

    with pytest.raises(AssertionError):
        checks[id].function(loads=Loads(bad, bad, bad, {}))

    checks[id].function(loads=GOOD)


def test_a_slow_route_on_a_busy_machine_is_not_checked(checks):
    busy = Load(**(vars(LOAD) | {"p95": 900.0, "disturbed": 0.6}))

    with pytest.raises(NotChecked, match="60%"):
        checks["P5.2"].function(loads=Loads(busy, busy, busy, {}))


def test_what_other_programs_use_is_seen(right):
    assert 0 <= others_share(right, 0.3) <= 1


def test_a_measurement_without_cache_that_the_cache_answered_fails(checks):
    with pytest.raises(AssertionError, match="1000 hits"):
        checks["P5.3"].function(loads=Loads(LOAD, LOAD, LOAD, {}, hits=1000))


def test_much_memory_fails(checks):
    function = checks["P6.1"].function
    function(loads=GOOD)

    with pytest.raises(AssertionError, match="513 MB"):
        function(loads=Loads(LOAD, LOAD, LOAD, {"tiny-api": 513_000_000}))


def test_a_container_that_restarts_fails(wrong, right, checks):
    function = checks["P6.2"].function
    function(stack=right, loads=GOOD)

    def restarted():
        return any(one.restarts for one in wrong.containers(all=True))

    assert eventually(restarted, 30)
    with pytest.raises(AssertionError, match="restarts"):
        function(stack=wrong, loads=GOOD)


@pytest.fixture
def tiny(secrets_folder, tiny_team):
    """The small application, and the world in it, beside a stack of one's own choice."""
    app = Tiny(secrets_folder)
    edge = Edge(app.port, secrets_folder / "ca.crt")
    yield lambda stack: World(edge, tiny_team, stack)
    edge.http.close()
    app.stop()


def test_a_secret_in_the_logs_fails(wrong, tiny, checks):
    with pytest.raises(AssertionError, match="tiny-api: tiny/postgres_password"):
        checks["S4.3"].function(stack=wrong, world=tiny(wrong))


def test_a_cache_that_nobody_counts_fails(wrong, tiny, checks, tiny_team):
    with pytest.raises(AssertionError, match="metrics"):
        checks["P3.2"].function(world=tiny(wrong), team=tiny_team, stack=wrong, many=[])


def test_a_replica_that_nobody_asks_fails(tiny, checks, tiny_team):
    replicas = [SimpleNamespace(id="none-1", name="one"), SimpleNamespace(id="none-2", name="two")]
    stack = SimpleNamespace(scaled=lambda *_: nullcontext(), containers=lambda *_: replicas)

    with pytest.raises(AssertionError, match="was asked"):
        checks["F3.3"].function(world=tiny(stack), stack=stack, team=tiny_team)


class Plain(BaseHTTPRequestHandler):
    """Serves the page where it should redirect."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def serve():
    servers = []

    def serve(context=None) -> int:
        server = ThreadingHTTPServer(("127.0.0.1", 0), Plain)
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return server.server_address[1]

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def test_old_tls_fails(serve, secrets_folder, checks):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(secrets_folder / "tls/nginx.crt", secrets_folder / "tls/nginx.key")
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version = ssl.TLSVersion.TLSv1
    edge = Edge(serve(context), secrets_folder / "ca.crt")

    with pytest.raises(AssertionError, match="TLSv1 is accepted"):
        checks["S3.1"].function(edge=edge)
    edge.http.close()


def test_a_certificate_of_another_ca_fails(serve, secrets_folder, tmp_path, checks):
    secrets.ensure(tmp_path, [])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "tls/nginx.crt", tmp_path / "tls/nginx.key")
    edge = Edge(serve(context), secrets_folder / "ca.crt")

    with pytest.raises(AssertionError, match="refused"):
        checks["S3.1"].function(edge=edge)
    edge.http.close()


def test_plain_http_that_serves_pages_fails(serve, secrets_folder, checks):
    edge = Edge(8443, secrets_folder / "ca.crt")
    stack = SimpleNamespace(place=SimpleNamespace(ports={"EDGE_HTTP_PORT": serve()}))

    with pytest.raises(AssertionError, match="expected 308"):
        checks["S3.2"].function(edge=edge, stack=stack)
    edge.http.close()
