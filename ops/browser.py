"""Chromium in a container, driven by Playwright: the same browser on every machine, and one that reaches a stack's edge only."""

import contextlib
import re
import subprocess
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, sync_playwright

from ops.failure import Failure

IMAGE = "course/browser:1"
LABEL = "course.browser"
START_SECONDS = 30

# No part of Chromium but the page itself may ask for anything, and a page in the background runs as fast as one in front.
QUIET = (
    "--disable-background-networking", "--disable-breakpad", "--disable-component-update", "--disable-default-apps",
    "--disable-domain-reliability", "--disable-extensions", "--disable-sync", "--metrics-recording-only", "--no-first-run",
    "--no-pings", "--disable-features=AutofillServerCommunication,OptimizationHints,MediaRouter,Translate",
    "--disable-background-timer-throttling", "--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding",
)  # fmt: skip
# What people see: colours and scroll bars as on a desktop, a mouse that can hover.
LOOK = (
    "--force-color-profile=srgb", "--hide-scrollbars", "--mute-audio",
    "--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4",
)  # fmt: skip


class NoBrowser(Failure):
    """Chromium cannot be started here; says why and what to type."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"Chromium does not start: {reason}\nBuild its image with: ./nox -s images -- browser",
            f"Chromium이 시작되지 않습니다: {reason}\n이미지를 빌드하세요: ./nox -s images -- browser",
        )


def command(network: str, edge: str, port: int, ca: Path, labels: Sequence[str] = (), name: str = "") -> list[str]:
    """The words that start Chromium on a Docker network and drive it through its standard input and output.

    `https://localhost:<port>`, and any name below localhost at that port, is `edge` ("nginx:8443"); no other name or
    address is reached. `ca` vouches for the edge's certificate; a wrong one is refused, as at home.
    """
    names = (f"localhost:{port}", f"*.localhost:{port}")
    rules = ", ".join([*(f"MAP {one} {edge}" for one in names), "MAP * ~NOTFOUND"])
    return [
        "docker", "run", "--rm", "--interactive", "--init", "--name", name or f"browser-{uuid.uuid4().hex[:12]}",
        *(word for one in (f"{LABEL}=1", *labels) for word in ("--label", one)),
        "--network", network, "--pull", "never", "--env", f"CA={ca.read_text()}",
        "--read-only", "--tmpfs", "/tmp:size=512m,mode=1777", "--shm-size", "512m",
        "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--memory", "2g", "--pids-limit", "600", "--log-driver", "none",
        IMAGE, *QUIET, *LOOK, "--user-data-dir=/tmp/profile", f"--host-resolver-rules={rules}",
        # Nothing listens there: what is not the edge goes nowhere, addresses in figures and WebRTC's UDP too.
        "--proxy-server=127.0.0.1:9", "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        "about:blank",
    ]  # fmt: skip


def launching(words: Sequence[str]) -> dict[str, Any]:
    """The arguments of Playwright's `launch` by which `command` becomes its browser.

    Playwright speaks to a browser through the descriptors 3 and 4, docker through 0 and 1. So no port is open, by which
    a hostile container on that network could drive the browser.
    """
    args = ["-c", 'exec "$@" <&3 >&4', "sh", *words]
    return {
        "executable_path": "/bin/sh",
        "args": args,
        "ignore_default_args": True,
        "timeout": START_SECONDS * 1000,
    }


@contextlib.contextmanager
def chromium(network: str, edge: str, port: int, ca: Path, labels: Sequence[str] = ()) -> Iterator[Browser]:
    """A browser for the block, as `command` describes it. Raises NoBrowser where it cannot be had."""
    name = f"browser-{uuid.uuid4().hex[:12]}"
    words = command(network, edge, port, ca, labels, name)
    try:
        with sync_playwright() as playwright:
            try:
                browser = playwright.chromium.launch(**launching(words))
            except Error as problem:
                raise NoBrowser(reason(problem)) from None
            yield browser
            browser.close()
    finally:
        subprocess.run(["docker", "rm", "--force", name], capture_output=True, check=False)


def reason(problem: Error) -> str:
    """The sentence in Playwright's report of a failed start that names the cause."""
    said = re.findall(r"\[err\] (.*)", problem.message)
    return next((one for one in said if "rror" in one or "docker:" in one), problem.message.strip().splitlines()[0])
