"""What a check is: one small function with its points, its reason and its advice beside it."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, TypeVar

from grading.requirements import REQUIREMENTS
from grading.text import LANGUAGES, Text

Function = TypeVar("Function", bound=Callable[..., Any])

CHECKS: dict[str, Check] = {}


class BadCheck(Exception):
    """A check is written wrongly; the suite does not start with it."""


class NotChecked(Exception):
    """The check cannot be made here; says why. `because` names the check that tells the cause in full."""

    def __init__(self, reason: str, because: str | None = None) -> None:
        super().__init__(reason)
        self.reason = Text.of(reason)
        self.because = because


class Phase(IntEnum):
    """When a check runs. Measuring comes before disturbing."""

    FILES = 0
    IMAGES = 1
    LIVE = 2
    LOAD = 3
    DISTURBING = 4
    # On machines of its own, when all else is gone.
    SWARM = 5


@dataclass(frozen=True)
class Check:
    id: str
    requirement: str
    points: float
    title: Text
    why: Text
    hint: Text
    phase: Phase
    timeout: float
    function: Callable[..., Any]

    @property
    def area(self) -> str:
        return self.requirement[0]

    @property
    def order(self) -> tuple[int, tuple[str, int, int]]:
        return self.phase, sort_key(self.id)


def sort_key(check_id: str) -> tuple[str, int, int]:
    """F1.10 comes after F1.9, and areas in the checklist's order."""
    match = re.fullmatch(r"([A-Z])(\d+)\.(\d+)", check_id)
    if not match:
        return ("~" + check_id, 0, 0)
    return (str("FSPMOAT".index(match[1])), int(match[2]), int(match[3]))


def check(
    id: str,
    *,
    points: float,
    why: Mapping[str, str] | None = None,
    hint: Mapping[str, str] | None = None,
    phase: Phase = Phase.LIVE,
    timeout: float = 30,
) -> Callable[[Function], Function]:
    """Declare a check. Its docstring is its line in the checklist: English, an empty line, Korean.

    `why` says what goes wrong without it and `hint` what to type; both need English and Korean. `timeout` is in
    seconds. The function's arguments are fixtures; an assertion fails the check, and its message is the evidence.
    What the function returns is shown as the evidence of a pass.
    """

    def declare(function: Function) -> Function:
        requirement = id.partition(".")[0]
        if not re.fullmatch(r"[A-Z]\d+\.\d+", id) or requirement not in REQUIREMENTS:
            raise BadCheck(f"{id}: no such requirement in the checklist ({function.__module__}.{function.__name__})")
        if id in CHECKS:
            raise BadCheck(f"{id}: declared twice, by {CHECKS[id].function.__name__} and {function.__name__}")
        if points <= 0 or timeout <= 0:
            raise BadCheck(f"{id}: points and timeout must be above zero")
        paragraphs = [" ".join(part.split()) for part in (function.__doc__ or "").strip().split("\n\n")]
        if len(paragraphs) != 2 or not all(paragraphs) or not re.search("[가-힣]", paragraphs[1]):
            raise BadCheck(f"{id}: the docstring must be the title in English, an empty line, the title in Korean")
        declared = Check(
            id=id,
            requirement=requirement,
            points=points,
            title=Text(*paragraphs),
            why=_both(id, "why", why),
            hint=_both(id, "hint", hint),
            phase=phase,
            timeout=timeout,
            function=function,
        )
        CHECKS[id] = declared
        function.__check__ = declared  # type: ignore[attr-defined]
        return function

    return declare


def _both(id: str, name: str, value: Mapping[str, str] | None) -> Text:
    for language in LANGUAGES:
        if not value or not str(value.get(language, "")).strip():
            raise BadCheck(f"{id}: `{name}` is missing or empty in {language!r}")
    assert value is not None
    return Text(value["en"].strip(), value["ko"].strip())


def load(package: str = "grading.checks") -> dict[str, Check]:
    """Import every module of checks; returns all checks in the order of the checklist."""
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
        importlib.import_module(f"{package}.{module.name}")
    return {id: CHECKS[id] for id in sorted(CHECKS, key=sort_key)}
