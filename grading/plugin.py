"""The pytest plugin: checks are its items, and what becomes of them is told by four outcomes."""

from __future__ import annotations

import signal
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from grading.check import Check, NotChecked, Phase
from grading.events import Result, Tell
from grading.submission import Submission
from grading.team import Team
from grading.text import Text
from grading.waivers import Waivers

# For all that a check's fixtures do: builds and starts have shorter limits of their own.
SETUP_SECONDS = 900


class TimeLimit(BaseException):
    """A check took too long. No check may catch this by accident."""


@dataclass(frozen=True)
class Job:
    """What the checks of one submission are made with."""

    submission: Submission
    team: Team
    waivers: Waivers
    owner: str
    selected: set[str]
    tell: Tell

    def doing(self, en: str, ko: str) -> None:
        self.tell({"event": "doing", "text": {"en": en, "ko": ko}})

    def measured(self, kind: str, name: str, **values: float) -> None:
        """Put a figure into the report's charts."""
        self.tell({"event": "measured", "kind": kind, "name": name, "values": values})

    def picture(self, name: str, webp: str) -> None:
        """Put a picture (WebP in base 64) into the report."""
        self.tell({"event": "picture", "name": name, "webp": webp})

    def fact(self, about: str, **values: Any) -> None:
        """Put something into the report's head: of the engine, of trivy."""
        self.tell({"event": "fact", "about": about, "values": values})


class Plugin:
    def __init__(self, job: Job) -> None:
        self.job = job
        self.results: dict[str, Result] = {}
        # Causes by exception: a fixture that could not be made raises the same one to all that ask for it.
        self.named: dict[int, tuple[str, BaseException]] = {}
        self.raised: dict[str, BaseException] = {}
        self.evidence: object = None

    @pytest.fixture(scope="session", name="job")
    def job_fixture(self) -> Job:
        return self.job

    @pytest.hookimpl(tryfirst=True)
    def pytest_pycollect_makeitem(self, collector: pytest.Module, name: str, obj: object) -> list[pytest.Item] | None:
        declared = getattr(obj, "__check__", None)
        if (
            isinstance(declared, Check)
            and declared.function is obj
            and collector.obj.__name__ == declared.function.__module__
        ):
            return [pytest.Function.from_parent(collector, name=name)]
        return [] if callable(obj) else None

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if of(item).id in self.job.selected]
        items.sort(key=lambda item: of(item).order)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        declared, job = of(item), self.job
        started = time.monotonic()
        self.raised, self.evidence = {}, None
        job.tell({"event": "start", "id": declared.id, "limit": SETUP_SECONDS})
        runtestprotocol(item, log=False, nextitem=nextitem)
        result = self.result(declared, time.monotonic() - started)
        self.results[declared.id] = result
        job.tell(result.event())
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
        if call.excinfo is not None:
            self.raised[call.when] = call.excinfo.value
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Iterator[None]:
        try:
            with limited(SETUP_SECONDS):
                return (yield)
        except TimeLimit:
            # An ordinary exception, so that pytest keeps it for all that need the same fixture.
            raise NotChecked(_late(SETUP_SECONDS)) from None

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool:
        declared = of(pyfuncitem)
        self.job.tell({"event": "start", "id": declared.id, "limit": declared.timeout})
        names = pyfuncitem._fixtureinfo.argnames
        with limited(declared.timeout):
            self.evidence = pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names})
        return True

    def result(self, declared: Check, seconds: float) -> Result:
        nothing = Text("", "")
        result = Result(declared.id, "passed", seconds, nothing, nothing)
        if not self.raised:
            return replace(result, evidence=Text.of(self.evidence) if self.evidence else nothing)
        when, problem = next(iter(self.raised.items()))
        if when == "call" and isinstance(problem, AssertionError):
            evidence = Text.of(problem.args[0]) if problem.args else Text("(the check said nothing)", "(설명 없음)")
            waiver = self.job.waivers.of(declared.id)
            if waiver:
                reason = Text(f"{waiver.reason} (until {waiver.expires})", f"{waiver.reason} ({waiver.expires}까지)")
                return replace(result, outcome="waived", evidence=evidence, reason=reason)
            return replace(result, outcome="failed", evidence=evidence)
        return replace(result, outcome="not_checked", **self.cause(declared, problem))

    def cause(self, declared: Check, problem: BaseException) -> dict[str, Any]:
        if isinstance(problem, TimeLimit):
            return {"reason": _late(declared.timeout)}
        because = problem.because if isinstance(problem, NotChecked) else None
        if because and because != declared.id and because in self.job.selected:
            return {"reason": Text(f"needs {because}, which was not met", f"{because}이(가) 충족되지 않음")}
        # Kept, because an id is unique only while its object lives.
        first, _ = self.named.setdefault(id(problem), (declared.id, problem))
        if first != declared.id:
            return {"reason": Text(f"same cause as {first}", f"{first}와(과) 같은 원인")}
        if isinstance(problem, NotChecked):
            return {"reason": problem.reason}
        said = _grader_error(problem)
        return {"reason": Text(f"grader error: {said}", f"채점기 오류: {said}"), "grader_error": True}


def of(item: pytest.Item) -> Check:
    assert isinstance(item, pytest.Function)
    declared: Check = item.obj.__check__
    return declared


def _late(seconds: float) -> Text:
    return Text(f"not done after {seconds:g} s", f"{seconds:g}초 안에 끝나지 않음")


def _grader_error(problem: BaseException) -> str:
    place = ""
    for frame in traceback.extract_tb(problem.__traceback__):
        if "grading" in Path(frame.filename).parts:
            place = f" ({Path(frame.filename).name}:{frame.lineno})"
    return f"{type(problem).__name__}: {problem}{place}"


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise TimeLimit in the block after so many seconds. The supervisor kills what does not heed it."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise TimeLimit

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


__all__ = ["Job", "Phase", "Plugin", "TimeLimit", "limited"]
