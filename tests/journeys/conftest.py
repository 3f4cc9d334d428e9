"""One real stack of each team for all its journeys: every container, TLS, secrets and limit as in the demo.

A team's package says in its conftest which `team` it is, and what its people can do.
"""

import io
import os
from collections.abc import Callable, Iterator

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

from ops import browser, secrets
from ops.paths import TEAMS
from ops.stack import Stack
from tests.journeys.people import Person


@pytest.fixture(scope="package")
def stack(team: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The team's stack. It goes when `team` does, with the last test of that team's package."""
    directory = tmp_path_factory.mktemp(f"journeys-{team}") / "secrets"
    secrets.ensure(directory, [team])
    stack = Stack(TEAMS / team, project=f"journeys-{team}-{os.getpid()}", secrets_dir=directory)
    try:
        stack.build()
        stack.up()
        yield stack
    finally:
        stack.down()


@pytest.fixture
def client(stack: Stack) -> Iterator[Callable[[], httpx.Client]]:
    opened: list[httpx.Client] = []

    def make() -> httpx.Client:
        opened.append(httpx.Client(base_url=stack.url, verify=stack.tls(), timeout=20))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


@pytest.fixture(scope="package")
def chromium(stack: Stack) -> Iterator[Browser]:
    """One browser for all journeys of a team; each has contexts of its own."""
    with browser.chromium(f"{stack.project}_edge", "nginx:8443", stack.ports.https, stack.ca) as started:
        yield started


@pytest.fixture
def browse(chromium: Browser, stack: Stack) -> Iterator[Callable[..., Page]]:
    """Open a browser of somebody's: a page in a context of its own, signed in as `person` if one is given.

    Further options are Playwright's for a context. A program that breaks in any of the pages fails the test.
    """
    contexts: list[BrowserContext] = []
    broken: list[str] = []

    def open_browser(person: Person | None = None, **options: object) -> Page:
        stored = [{"name": name, "value": value} for name, value in (person.storage if person else {}).items()]
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
