"""One real stack of the blog for all journeys: every container, TLS, secrets and limit as in the demo."""

import io
import itertools
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

from ops import browser, secrets
from ops.paths import TEAMS
from ops.stack import Stack

PASSWORD = "a long enough password"
numbers = itertools.count(1)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    directory = tmp_path_factory.mktemp("journeys") / "secrets"
    secrets.ensure(directory, ["blog"])
    stack = Stack(TEAMS / "blog", project=f"journeys-{os.getpid()}", secrets_dir=directory)
    try:
        stack.build()
        stack.up()
        yield stack
    finally:
        stack.down()


@dataclass
class Reader:
    """Somebody with a browser: a name, a token, and the edge in front."""

    name: str
    http: httpx.Client
    refresh: str = ""

    @property
    def storage(self) -> dict[str, str]:
        """What the blog's pages keep of a signed-in reader."""
        return {"jwtToken": self.http.headers["Authorization"].split()[1], "refreshToken": self.refresh}

    def call(self, method: str, path: str, expect: int = 200, **options: Any) -> Any:
        """One request through the edge; `expect` is the only status that will do."""
        answer = self.http.request(method, path, **options)
        assert answer.status_code == expect, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        return (
            answer.json()
            if answer.headers.get("content-type", "").startswith("application/") and answer.content
            else answer
        )

    def publish(self, title: str, body: str = "A body.", **more: Any) -> dict[str, Any]:
        article = {"title": title, "description": "In short.", "body": body, "tagList": ["journey"], **more}
        return self.call("POST", "/api/articles", 201, json={"article": article})["article"]


@pytest.fixture
def client(stack: Stack) -> Iterator[Callable[[], httpx.Client]]:
    opened: list[httpx.Client] = []

    def make() -> httpx.Client:
        opened.append(httpx.Client(base_url=stack.url, verify=stack.tls(), timeout=20))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


@pytest.fixture
def sign_up(client: Callable[[], httpx.Client]) -> Callable[[], Reader]:
    """Make a new reader, signed in."""

    def make() -> Reader:
        name = f"reader-{os.getpid()}-{next(numbers)}"
        reader = Reader(name, client())
        user = {"username": name, "email": f"{name}@example.com", "password": PASSWORD}
        signed = reader.call("POST", "/api/users", 201, json={"user": user})["user"]
        reader.http.headers["Authorization"] = f"Token {signed['token']}"
        reader.refresh = signed["refreshToken"]
        return reader

    return make


@pytest.fixture(scope="package")
def chromium(stack: Stack) -> Iterator[Browser]:
    """One browser for all journeys; each has contexts of its own."""
    with browser.chromium(f"{stack.project}_edge", "nginx:8443", stack.ports.https, stack.ca) as started:
        yield started


@pytest.fixture
def browse(chromium: Browser, stack: Stack) -> Iterator[Callable[..., Page]]:
    """Open a browser of somebody's: a page in a context of its own, signed in as `reader` if one is given.

    Further options are Playwright's for a context. A program that breaks in any of the pages fails the test.
    """
    contexts: list[BrowserContext] = []
    broken: list[str] = []

    def open_browser(reader: Reader | None = None, **options: Any) -> Page:
        stored = [{"name": name, "value": value} for name, value in (reader.storage if reader else {}).items()]
        state = {"cookies": [], "origins": [{"origin": stack.url, "localStorage": stored}]}
        # Without moving parts axe sees the colours that readers see, and a click hits what it aims at.
        given = {"base_url": stack.url, "locale": "en-US", "reduced_motion": "reduce", "storage_state": state}
        contexts.append(chromium.new_context(**(given | options)))
        contexts[-1].on("weberror", lambda error: broken.append(str(error.error)))
        contexts[-1].set_default_timeout(15_000)
        return contexts[-1].new_page()

    yield open_browser
    for context in contexts:
        context.close()
    assert not broken, broken


@pytest.fixture
def photo() -> bytes:
    """A JPEG of 1200 x 800 with a camera's EXIF, position included."""
    image = Image.linear_gradient("L").resize((1200, 800)).convert("RGB")
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (37.0, 33.0, 59.0)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()
