"""What the stack promises under load, under attack and while its containers die."""

import base64
import json
import os
import signal
import socket
import ssl
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import jwt
import pytest

from ops.stack import Stack
from tests.journeys.blog.conftest import Reader
from tests.journeys.fuzzing import fuzz
from tests.journeys.waiting import until


def test_no_reader_sees_an_old_version_a_second_after_the_write(sign_up: Callable[[], Reader], stack: Stack) -> None:
    author = sign_up()
    articles = [author.publish(f"Edited {number}", body="version 0")["slug"] for number in range(10)]
    written: dict[str, list[tuple[float, int]]] = {slug: [(time.monotonic(), 0)] for slug in articles}
    stale: list[str] = []
    reads = [0] * 50
    done = threading.Event()

    def read(number: int) -> None:
        slug = articles[number % len(articles)]
        with httpx.Client(base_url=stack.url, verify=stack.tls(), timeout=20) as http:
            while not done.is_set():
                asked = time.monotonic()
                body = http.get(f"/api/articles/{slug}").json()["article"]["body"]
                acknowledged = max(version for moment, version in written[slug] if moment <= asked - 1)
                reads[number] += 1
                if int(body.split()[-1]) < acknowledged:
                    stale.append(f"{slug}: {body}, {acknowledged} was acknowledged more than a second before")

    for slug in articles:
        written[slug][0] = (0, 0)
    readers = [threading.Thread(target=read, args=(number,)) for number in range(50)]
    for reader in readers:
        reader.start()
    for version in range(1, 6):
        for slug in articles:
            author.call("PUT", f"/api/articles/{slug}", json={"article": {"body": f"version {version}"}})
            written[slug].append((time.monotonic(), version))
    until(lambda: time.monotonic() > written[articles[-1]][-1][0] + 1.5)
    done.set()
    for reader in readers:
        reader.join()

    assert not stale, stale[:5]
    assert sum(reads) > 200


def test_a_killed_worker_loses_no_picture_and_makes_none_twice(
    sign_up: Callable[[], Reader], photo: bytes, stack: Stack
) -> None:
    author = sign_up()
    slugs = [author.publish(f"Picture {number}")["slug"] for number in range(50)]

    for slug in slugs:
        files = {"file": ("photo.jpg", photo, "image/jpeg")}
        author.call("PUT", f"/api/articles/{slug}/cover", 202, files=files, data={"alt": "a gradient"})

    def ready() -> int:
        rows = stack.psql(
            "blog", "SELECT count(*) FROM articles WHERE cover->>'status' = 'ready' AND title LIKE 'Picture %'"
        )
        return int(rows)

    until(lambda: ready() >= 5, 60)
    killed = ready()
    os.kill(stack.pid("blog-worker"), signal.SIGKILL)
    until(lambda: ready() == 50, 180)

    assert killed < 50, "the worker was done before it could be killed"
    twice = stack.psql(
        "blog", "SELECT count(*) FROM (SELECT article_id, width FROM cover_images GROUP BY 1, 2 HAVING count(*) > 1) x"
    )
    assert int(twice) == 0
    assert int(stack.psql("blog", "SELECT count(*) FROM cover_uploads")) == 0


def test_a_restart_of_every_container_loses_nothing(sign_up: Callable[[], Reader], photo: bytes, stack: Stack) -> None:
    author = sign_up()
    slug = author.publish("Kept")["slug"]
    author.call(
        "PUT", f"/api/articles/{slug}/cover", 202, files={"file": ("photo.jpg", photo, "image/jpeg")}, data={"alt": ""}
    )
    author.call("POST", f"/api/articles/{slug}/comments", 201, json={"comment": {"body": "kept too"}})

    stack.compose("restart")
    until(lambda: stack.healthy(), 120)

    assert author.call("GET", f"/api/articles/{slug}")["article"]["title"] == "Kept"
    assert len(author.call("GET", f"/api/articles/{slug}/comments")["comments"]) == 1
    until(lambda: author.call("GET", f"/api/articles/{slug}")["article"]["cover"]["status"] == "ready", 60)
    # The session of before the restart goes on: its refresh token was in Redis.
    author.call("POST", "/api/users/refresh", json={"refreshToken": author.refresh})


@pytest.mark.parametrize("service", ["postgres", "redis", "blog-api"])
def test_plaintext_is_refused_inside_too(service: str, stack: Stack) -> None:
    port = {"postgres": 5432, "redis": 6379, "blog-api": 8000}[service]
    words = {
        "postgres": b"\x00\x00\x00\x21\x00\x03\x00\x00user\x00blog\x00database\x00blog\x00\x00",
        "redis": b"PING\r\n",
    }

    with socket.create_connection((stack.address(service), port), timeout=5) as plain:
        plain.sendall(words.get(service, b"GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        try:
            answer = plain.recv(1000)
        except ConnectionResetError:
            answer = b""

    assert not answer.startswith((b"R", b"+PONG", b"HTTP/1.1 2")), answer


def test_an_upload_by_nobody_is_refused_with_401_however_large(client: Callable[[], httpx.Client]) -> None:
    """Answered before it was read, it became a 502 of the edge, now and then."""
    http = client()

    answers = {
        http.put("/api/articles/any/cover", files={"file": ("large.jpg", bytes(6_000_000), "image/jpeg")}).status_code
        for _ in range(20)
    }

    assert answers == {401}


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_the_edge_speaks_tls_1_2_and_newer_only(stack: Stack) -> None:
    context = ssl.create_default_context(cafile=str(stack.ca))
    # Without this the client itself would refuse, and the test could not fail.
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1

    with (
        pytest.raises((ssl.SSLError, ConnectionError)),
        socket.create_connection(("127.0.0.1", stack.ports.https)) as plain,
    ):
        context.wrap_socket(plain, server_hostname="localhost")


def forged(token: str, kind: str, stack: Stack) -> str:
    """A token that must not work, made from one that does."""
    claims = jwt.decode(token, options={"verify_signature": False})
    key = (stack.secrets_dir / "blog" / "jwt_key").read_text().strip()
    if kind == "alg none":
        header = base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": "JWT"}).encode()).rstrip(b"=").decode()
        return f"{header}.{token.split('.')[1]}."
    if kind == "expired":
        return jwt.encode(claims | {"exp": int(time.time()) - 60}, key, "HS256")
    if kind == "another audience":
        return jwt.encode(claims | {"aud": "shop"}, key, "HS256")
    return jwt.encode(claims, "another key that is long enough to be one", "HS256")


@pytest.mark.parametrize("kind", ["alg none", "expired", "another audience", "another key"])
def test_a_forged_token_gets_401(kind: str, sign_up: Callable[[], Reader], stack: Stack) -> None:
    reader = sign_up()

    reader.take(forged(reader.token, kind, stack), reader.refresh)

    reader.call("GET", "/api/user", 401)


def test_schemathesis_finds_no_5xx_and_no_undocumented_status(
    stack: Stack, sign_up: Callable[[], Reader], tmp_path: Path
) -> None:
    found = fuzz(stack, sign_up(), tmp_path)

    assert not found, found


def test_a_stop_cuts_no_request_and_every_container_exits_with_0(sign_up: Callable[[], Reader], stack: Stack) -> None:
    author = sign_up()
    author.publish("Before the stop")
    cut: list[str] = []
    answered = [0]
    stopping = threading.Event()

    def read() -> None:
        # A connection a request: one that waits idle may be closed at any time, and a browser then simply opens another.
        single = httpx.Limits(max_keepalive_connections=0)
        with httpx.Client(base_url=stack.url, verify=stack.tls(), timeout=20, limits=single) as http:
            while not stopping.is_set():
                try:
                    answer = http.get("/api/articles", params={"limit": 5, "offset": answered[0] % 3})
                except httpx.ConnectError:
                    return
                except httpx.HTTPError as error:
                    cut.append(repr(error))
                    return
                answered[0] += 1
                if answer.status_code != 200:
                    cut.append(f"{answer.status_code} {answer.text[:200]}")
                    return

    reader = threading.Thread(target=read)
    reader.start()
    until(lambda: answered[0] > 20)
    # The edge first, as `docker compose stop` does: it depends on what is behind it.
    stack.compose("stop")
    stopping.set()
    reader.join()

    codes = {line.split()[0]: int(line.split()[1]) for line in stack.exit_codes()}
    stack.up()

    assert not cut, cut
    assert codes
    assert not {name: code for name, code in codes.items() if code != 0}
