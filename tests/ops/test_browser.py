"""The browser sees a stack's edge under the addresses that people use, trusts its CA alone, and reaches nothing else."""

import contextlib
import json
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error

from ops import browser, engine, secrets
from ops.browser import NoBrowser


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write("<!doctype html><title>Edge</title><h1>안녕하세요</h1>".encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def host() -> str:
    return engine.host_address()


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Secrets of two stacks: two CAs of the same name."""
    made = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("other")
    for folder in made:
        secrets.ensure(folder, ["tiny"])
    return made


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[int]:
    """A server with the folder's certificate for the block, on all addresses; gives its port."""
    server = ThreadingHTTPServer(("0.0.0.0", 0), Page)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "tls/nginx.crt", folder / "tls/nginx.key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def edge(folders: tuple[Path, Path]) -> Iterator[int]:
    with serving(folders[0]) as port:
        yield port


@pytest.fixture
def chromium(host: str, edge: int, folders: tuple[Path, Path]) -> Iterator[Browser]:
    with browser.chromium("bridge", f"{host}:{edge}", edge, folders[0] / "ca.crt") as started:
        yield started


@pytest.mark.parametrize("name", ["localhost", "tiny.localhost"])
def test_the_edge_is_where_people_find_it(name: str, chromium: Browser, edge: int) -> None:
    page = chromium.new_page()

    page.goto(f"https://{name}:{edge}/")

    assert page.get_by_role("heading", name="안녕하세요").is_visible()
    assert page.evaluate("isSecureContext")


def test_a_certificate_of_another_ca_is_refused(host: str, edge: int, folders: tuple[Path, Path]) -> None:
    with browser.chromium("bridge", f"{host}:{edge}", edge, folders[1] / "ca.crt") as suspicious:
        page = suspicious.new_page()

        with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
            page.goto(f"https://localhost:{edge}/")


ATTEMPTS = """async ({host, port, name}) => {
  const quietly = promise => promise.then(() => "reached", () => "refused");
  const answers = {};
  for (const at of [host, name]) {
    answers[`fetch ${at}`] = await quietly(fetch(`http://${at}:${port}/`, {mode: "no-cors"}));
    answers[`socket ${at}`] = await quietly(new Promise((open, fail) => {
      const socket = new WebSocket(`ws://${at}:${port}/`); socket.onopen = open; socket.onerror = fail;
    }));
    for (const rel of ["dns-prefetch", "preconnect", "prefetch"]) {
      const link = Object.assign(document.createElement("link"), {rel, href: `http://${at}:${port}/`});
      document.head.append(link);
    }
    const peer = new RTCPeerConnection({iceServers: [
      {urls: `stun:${at}:${port}`}, {urls: `turn:${at}:${port}?transport=tcp`, username: "a", credential: "b"},
    ]});
    peer.createDataChannel("x");
    const gathered = new Promise(done => { peer.onicegatheringstatechange = () => peer.iceGatheringState == "complete" && done() });
    await peer.setLocalDescription(await peer.createOffer());
    await gathered;
  }
  return answers;
}"""


def test_nothing_else_is_reached(chromium: Browser, edge: int, host: str) -> None:
    """By no name, no address, no socket and no datagram: what listens next to the edge hears nothing."""
    with socket.create_server((host, 0)) as stream, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        port = stream.getsockname()[1]
        datagrams.bind((host, port))
        stream.setblocking(False)
        datagrams.setblocking(False)
        # Without this the test would pass where containers cannot reach the machine at all.
        assert container_reaches(host, port, stream)
        page = chromium.new_page()
        page.goto(f"https://localhost:{edge}/")

        answers = page.evaluate(ATTEMPTS, {"host": host, "port": port, "name": "host.docker.internal"})

        assert set(answers.values()) == {"refused"}
        for listener in (stream.accept, lambda: datagrams.recv(1)):
            with pytest.raises(BlockingIOError):
                listener()


def container_reaches(host: str, port: int, stream: socket.socket) -> bool:
    code = f"import socket; socket.create_connection(('{host}', {port}), 5)"
    words = ["docker", "run", "--rm", "--entrypoint", "/usr/bin/python3", "course/python:1", "-c", code]
    reached = subprocess.run(words, check=False).returncode == 0
    if reached:
        stream.accept()[0].close()
    return reached


def test_what_it_runs_in_has_no_rights_and_no_open_port(chromium: Browser) -> None:
    ids = running(browser.LABEL)
    shown = json.loads(subprocess.run(["docker", "inspect", *ids], capture_output=True, text=True, check=True).stdout)

    for one in shown:
        assert one["HostConfig"]["CapDrop"] == ["ALL"]
        assert one["HostConfig"]["ReadonlyRootfs"]
        assert one["Config"]["User"] == "10001:10001"
        assert not one["NetworkSettings"]["Ports"]
    assert shown


def running(label: str) -> list[str]:
    words = ["docker", "ps", "--all", "--quiet", "--filter", f"label={label}"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()


def test_it_is_gone_after_the_block_however_that_ended(host: str, edge: int, folders: tuple[Path, Path]) -> None:
    label = "course.test=gone"
    seen: list[str] = []

    with (
        contextlib.suppress(KeyboardInterrupt),
        browser.chromium("bridge", f"{host}:{edge}", edge, folders[0] / "ca.crt", [label]),
    ):
        seen = running(label)
        raise KeyboardInterrupt

    assert seen
    assert not running(label)


def test_what_cannot_start_says_why(folders: tuple[Path, Path]) -> None:
    with (
        pytest.raises(NoBrowser, match="network no-such-network not found"),
        browser.chromium("no-such-network", "nginx:8443", 8443, folders[0] / "ca.crt"),
    ):
        raise AssertionError("it started")
