"""What a browser sees of a frontend: pages are visited once, and every check reads the same visits."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from grading.commands import CommandFailed, run

CANNOT_START = 3
START_SECONDS = 60
# Seconds that a page may take to show itself.
PATIENCE = 10.0
# A visit may take so many times that in all.
STEPS = 3


class CannotBrowse(Exception):
    """There is no browser here; says why."""


@dataclass(frozen=True)
class Wanted:
    """A page to visit: in which look, with what in the browser's local storage, and what to do there.

    `shows` is a selector of Playwright's that becomes visible when the page has rendered. To `do`: any of axe, inject,
    picture, reload, use.
    """

    name: str
    path: str
    shows: str
    look: str = "desktop"
    storage: Mapping[str, str] = field(default_factory=dict)
    do: Sequence[str] = ()


@dataclass
class Visit:
    """What was seen. `problem` says why the rest is missing; lists hold the first lines only."""

    name: str
    path: str
    look: str
    problem: str = ""
    status: int = 0
    reloaded: int = 0
    policy: str = ""
    heading: str = ""
    # Letters of text that a reader sees.
    text: int = 0
    console: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    # Requests that failed or were answered with 400 and above.
    failed: list[str] = field(default_factory=list)
    # Requests to another origin, answered or not.
    outside: list[str] = field(default_factory=list)
    # Bytes of script as they came, compressed.
    script_bytes: int = 0
    barriers: list[str] = field(default_factory=list)
    # What of the injected code ran, and the directives that forbade it.
    ran: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    # WebP in base 64.
    picture: str = ""


def make(command: Sequence[str], origin: str, wanted: Sequence[Wanted], patience: float = PATIENCE) -> list[Visit]:
    """Visit the pages with the browser that `command` starts. Raises CannotBrowse if it does not."""
    visits = [vars(one) for one in wanted]
    order = {"command": list(command), "origin": origin, "patience": patience, "visits": visits}
    seconds = START_SECONDS + 2 * STEPS * patience * len(wanted)
    try:
        done = run(
            sys.executable, "-m", "grading.browsing", input=json.dumps(order, default=dict), timeout=seconds, must=False
        )
    except CommandFailed as problem:
        raise CannotBrowse(f"the browser did not end within {seconds} s: {problem.output[-200:]}") from None
    if done.code == CANNOT_START:
        raise CannotBrowse(done.stdout.strip())
    if done.code:
        raise CannotBrowse(done.stderr.strip()[-400:])
    return [Visit(**one) for one in json.loads(done.stdout)]
