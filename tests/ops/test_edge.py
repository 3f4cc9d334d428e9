"""How platform/nginx/nginx.conf chooses between replicas, asked of the real nginx with small servers behind it."""

import os
import ssl
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from ops import secrets
from ops.paths import PLATFORM
from shared.python.tests.conftest import eventually

# Says its name, how often it was asked and the length of the body; takes so many seconds to a handshake. With less than
# none it hangs up instead, and its log says how often it was asked.
REPLICA = """
import socket, ssl, sys, threading, time

name, pause, port = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("/run/secrets/tls.crt", "/run/secrets/tls.key")
asked = 0

def serve(plain):
    global asked
    try:
        time.sleep(max(0, pause))
        with context.wrap_socket(plain, server_side=True) as client:
            stream = client.makefile("rb")
            head = [line.lower() for line in iter(stream.readline, b"\\r\\n")]
            length = sum(int(line.split()[1]) for line in head if line.startswith(b"content-length:"))
            body = stream.read(length)
            asked += 1
            if pause < 0:
                print("asked", flush=True)
                return
            answer = f"{name} {asked} {len(body)}".encode()
            client.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n%b" % (len(answer), answer))
    except OSError:
        pass

listener = socket.create_server(("", port))
print("ready", flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
"""
TEAM = {"Host": "tiny.localhost"}
# Longer than a read waits, shorter than a write does.
BUSY = 2.5


def docker(*words: str) -> str:
    return subprocess.run(["docker", *words], capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("secrets")
    secrets.ensure(directory, ["tiny"])
    (directory / "replica.py").write_text(REPLICA)
    (directory / "replica.py").chmod(0o644)
    return directory


@pytest.fixture(scope="module")
def network() -> Iterator[str]:
    name = f"edge-test-{os.getpid()}"
    docker("network", "create", name)
    yield name
    docker("network", "rm", name)


def run(network: str, mounts: dict[Path, str], image: str, *words: str, options: tuple[str, ...] = ()) -> str:
    volumes = [word for source, target in mounts.items() for word in ("-v", f"{source}:{target}:ro")]
    hard = ("--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges")
    started = ("run", "--detach", "--label", "course.tests=1", "--network", network, *hard)
    return docker(*started, *options, *volumes, image, *words)


@pytest.fixture(scope="module")
def edge(network: str, keys: Path) -> Iterator[httpx.Client]:
    mounts = {
        PLATFORM / "nginx/nginx.conf": "/etc/nginx/nginx.conf",
        keys / "ca.crt": "/run/secrets/ca.crt",
        keys / "tls/nginx.crt": "/run/secrets/tls.crt",
        keys / "tls/nginx.key": "/run/secrets/tls.key",
    }
    name = run(network, mounts, "course/nginx:1", options=("--publish", "127.0.0.1::8443"))
    port = docker("port", name, "8443/tcp").rpartition(":")[2]
    transport = httpx.HTTPTransport(verify=ssl.create_default_context(cafile=keys / "ca.crt"), retries=10)
    with httpx.Client(base_url=f"https://localhost:{port}", transport=transport, headers=TEAM, timeout=30) as client:
        yield client
    docker("rm", "--force", "--volumes", name)


@pytest.fixture
def replica(network: str, keys: Path) -> Iterator[Callable[..., str]]:
    """Starts a replica of the team's API, or of its frontend; gives its container."""
    started: list[str] = []

    def start(name: str, pause: float = 0, service: str = "api") -> str:
        mounts = {
            keys / "replica.py": "/replica.py",
            keys / f"tls/tiny-{service}.crt": "/run/secrets/tls.crt",
            keys / f"tls/tiny-{service}.key": "/run/secrets/tls.key",
        }
        options = ("--network-alias", f"tiny-{service}", "--entrypoint", "python3")
        words = ("/replica.py", name, str(pause), {"api": "8000", "frontend": "8443"}[service])
        started.append(run(network, mounts, "course/python:1", *words, options=options))
        eventually(lambda: docker("logs", started[-1]) == "ready")
        return started[-1]

    yield start
    for name in started:
        docker("rm", "--force", "--volumes", name)


def until_known(edge: httpx.Client, *names: str) -> None:
    """The edge has found these replicas, and no others: it looks names up once a second."""
    seen: list[str] = []
    while set(seen[-8:]) != set(names) or len(seen) < 8:
        assert len(seen) < 400, f"the edge does not find {names}: {seen[-8:]}"
        seen.append(edge.get("/api/who").text.partition(" ")[0])


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_write_waits_for_a_busy_replica_and_is_done_once(
    edge: httpx.Client, replica: Callable[..., str], method: str
) -> None:
    replica("busy", BUSY)
    eventually(lambda: edge.get("/api/products").text == "busy 1 0")

    answer = edge.request(method, "/api/orders", content=b"x" * 100_000)

    assert (answer.status_code, answer.text) == (200, "busy 2 100000")


@pytest.mark.parametrize(("path", "service"), [("/api/products", "api"), ("/", "frontend")])
def test_a_read_that_nobody_has_time_for_is_waited_for(
    edge: httpx.Client, replica: Callable[..., str], path: str, service: str
) -> None:
    for name in ("dead", "busy", "busier"):
        replica(name, 60 if name == "dead" else BUSY, service)
    eventually(lambda: edge.get(path).status_code == 200)

    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(edge.get, [path] * 6))

    assert [answer.status_code for answer in answers] == [200] * 6
    assert {answer.text.partition(" ")[0] for answer in answers} <= {"busy", "busier"}


def test_a_read_that_reaches_nobody_is_given_up(edge: httpx.Client, replica: Callable[..., str]) -> None:
    replica("dead", 60)

    eventually(lambda: edge.get("/api/products").json()["code"] == "service_timeout")


def test_a_stream_is_not_waited_for(edge: httpx.Client, replica: Callable[..., str]) -> None:
    replica("busy", BUSY)
    eventually(lambda: edge.get("/api/products").status_code == 200)

    answer = edge.get("/api/stream", headers={"Accept": "text/event-stream"})

    assert (answer.status_code, answer.json()["code"]) == (504, "service_timeout")


def test_a_read_that_was_sent_is_not_sent_again_to_the_same_replica(
    edge: httpx.Client, replica: Callable[..., str]
) -> None:
    broken = replica("broken", -1)
    eventually(lambda: "asked" in docker("logs", broken) or edge.get("/api/products").is_server_error)
    before = docker("logs", broken).count("asked")

    answer = edge.get("/api/products")

    assert (answer.status_code, answer.json()["code"]) == (502, "service_down")
    assert docker("logs", broken).count("asked") == before + 1


def test_a_read_goes_to_another_replica_at_once(edge: httpx.Client, replica: Callable[..., str]) -> None:
    replica("busy", BUSY)
    replica("idle")
    until_known(edge, "idle")

    answers = [edge.get("/api/products").text.partition(" ")[0] for _ in range(6)]

    assert answers == ["idle"] * 6


@pytest.mark.parametrize(
    ("path", "headers", "status", "code"),
    [
        (f"/api/products?q={'x' * 9000}", {}, 414, "uri_too_long"),
        ("/api/products", {"X-Long": "x" * 9000}, 431, "headers_too_large"),
    ],
)
def test_what_is_too_long_is_refused_as_any_other_problem(
    edge: httpx.Client, path: str, headers: dict[str, str], status: int, code: str
) -> None:
    answer = edge.get(path, headers=headers)

    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["status"], answer.json()["code"]) == (status, status, code)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_a_frozen_replica_did_not_get_another_one_does_once(
    edge: httpx.Client, replica: Callable[..., str], method: str
) -> None:
    frozen = replica("frozen")
    replica("alive")
    until_known(edge, "frozen", "alive")
    docker("pause", frozen)

    try:
        answers = [edge.request(method, "/api/orders", content=b"{}") for _ in range(4)]
    finally:
        docker("unpause", frozen)

    counts = [int(answer.text.split()[1]) for answer in answers]
    assert [answer.text.partition(" ")[0] for answer in answers] == ["alive"] * 4
    assert counts == list(range(counts[0], counts[0] + 4))
