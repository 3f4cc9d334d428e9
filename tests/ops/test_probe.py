"""platform/images/tools/probe.c, in a container that is ready at first and then only lives."""

import subprocess
import time
from collections.abc import Iterator

import pytest

PROBE = ("/usr/local/bin/probe", "http", "8000", "/ready")
# /ready answers until somebody asks for /over.
SERVER = """
from http.server import BaseHTTPRequestHandler, HTTPServer
ready = True
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        global ready
        ready = ready and self.path != "/over"
        self.send_response(503 if self.path == "/ready" and not ready else 200)
        self.end_headers()
HTTPServer(("127.0.0.1", 8000), Handler).serve_forever()
"""


@pytest.fixture(params=[["--tmpfs", "/tmp"], []], ids=["with a tmpfs", "without"])
def container(request: pytest.FixtureRequest) -> Iterator[str]:
    words = ["docker", "run", "--detach", "--rm", "--read-only", "--no-healthcheck", *request.param]
    words += ["--entrypoint", "python3", "course/python:1", "-c", SERVER]
    made = subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
    yield made
    subprocess.run(["docker", "rm", "--force", made], capture_output=True, check=True)


def test_what_was_ready_once_only_has_to_live(container: str, request: pytest.FixtureRequest):
    def healthy(*words: str) -> bool:
        return subprocess.run(["docker", "exec", container, *words], capture_output=True, check=False).returncode == 0

    deadline = time.monotonic() + 30
    while not healthy(*PROBE, "/live"):
        assert time.monotonic() < deadline
    assert healthy("/usr/local/bin/probe", "http", "8000", "/over")

    assert not healthy(*PROBE)
    # Without a place to remember it in, it asks for readiness for ever.
    assert healthy(*PROBE, "/live") == ("tmpfs" in request.node.name)
    assert not healthy("/usr/local/bin/probe", "http", "8000", "/ready", "/live", "/more")
