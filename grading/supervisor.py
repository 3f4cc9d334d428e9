"""Runs the checks of a submission in a process of its own, and is there to tell, and to clean up, whatever becomes of it."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from grading import ownership
from grading.check import Check
from grading.events import Outcome, Result
from grading.submission import ROOT, Submission
from grading.text import Text
from grading.timeline import Timeline

# How long a check may outstay its limit before its process is killed: it is blocked where no signal reaches it.
GRACE_SECONDS = 10
MOST_PROCESSES = 4


class Interrupted(BaseException):
    """Somebody wants the run to end."""


class Watcher(Protocol):
    """Shows what goes on."""

    def doing(self, text: Text) -> None: ...
    def started(self, check: Check) -> None: ...
    def ended(self, check: Check, result: Result) -> None: ...


@dataclass
class TeamReport:
    """What is known of a submission when its checks are through."""

    team: str
    checks: dict[str, Check]
    results: dict[str, Result] = field(default_factory=dict)
    # kind ("image", "latency", "memory") -> name -> figures.
    measured: dict[str, dict[str, dict[str, float]]] = field(default_factory=dict)
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    remarks: list[Text] = field(default_factory=list)
    seconds: float = 0.0
    interrupted: bool = False
    # name -> WebP in base 64.
    pictures: dict[str, str] = field(default_factory=dict)
    # exercise on the Swarm -> what was seen
    timelines: dict[str, Timeline] = field(default_factory=dict)

    def points(self, *outcomes: Outcome, area: str = "") -> float:
        """Points of the checks with these outcomes (any, if none is given), in one area or all."""
        return sum(
            check.points
            for id, check in self.checks.items()
            if check.area.startswith(area) and (not outcomes or self.results[id].outcome in outcomes)
        )

    @property
    def earned(self) -> float:
        return self.points("passed")

    @property
    def checkable(self) -> float:
        return self.points("passed", "failed")

    @property
    def possible(self) -> float:
        return self.points()

    def count(self, outcome: Outcome) -> int:
        return sum(result.outcome == outcome for result in self.results.values())


@dataclass
class Supervisor:
    submission: Submission
    checks: dict[str, Check]
    watcher: Watcher
    package: str = "grading.checks"
    current: str | None = None
    deadline: float = float("inf")

    def grade(self) -> TeamReport:
        """Make all checks. Every check has a result afterwards; what was started is removed."""
        report, started = TeamReport(self.submission.name, self.checks), time.monotonic()
        try:
            for _ in range(MOST_PROCESSES):
                left = [id for id in self.checks if id not in report.results]
                if not left or not self._process(left, report):
                    break
        except Interrupted:
            report.interrupted = True
            self._fill(report, Text("the run was interrupted", "실행이 중단됨"))
        self._fill(
            report, Text("grader error: the checks ended early", "채점기 오류: 검사가 일찍 끝남"), grader_error=True
        )
        report.seconds = time.monotonic() - started
        return report

    def _process(self, ids: list[str], report: TeamReport) -> bool:
        """One checking process. True if it had to be killed, and another should make the rest."""
        read, write = os.pipe()
        order = {
            "root": str(self.submission.root), "folder": str(self.submission.folder), "selected": ids,
            "package": self.package, "owner": ownership.run_id(), "events": write,
        }  # fmt: skip
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "grading.worker", json.dumps(order)],
                stdin=subprocess.DEVNULL, stdout=said, stderr=said, pass_fds=[write], process_group=0,
                env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)])},
            )  # fmt: skip
            os.close(write)
            self.current, self.deadline = None, time.monotonic() + 60
            try:
                killed = self._listen(read, process, report)
            finally:
                with uninterrupted():
                    _end(process)
                    os.close(read)
                    self.watcher.doing(Text("removing what was started", "시작한 것을 제거하는 중"))
                    ownership.remove(ownership.run_id())
            if not killed and process.returncode != 0:
                said.seek(0)
                tail = " | ".join(said.read().strip().splitlines()[-4:])
                tail = f"{self.current or ''} ended its process with {process.returncode}. {tail}".strip()
                self._fill(report, Text(f"grader error: {tail}", f"채점기 오류: {tail}"), grader_error=True)
            return killed

    def _listen(self, read: int, process: subprocess.Popen[bytes], report: TeamReport) -> bool:
        buffer = b""
        with selectors.DefaultSelector() as selector:
            selector.register(read, selectors.EVENT_READ)
            while True:
                if not selector.select(max(0.1, min(1.0, self.deadline - time.monotonic()))):
                    if time.monotonic() > self.deadline + GRACE_SECONDS:
                        return self._give_up(process, report)
                    continue
                chunk = os.read(read, 65536)
                if not chunk:
                    process.wait()
                    return False
                *lines, buffer = (buffer + chunk).split(b"\n")
                for line in lines:
                    self._hear(json.loads(line), report)

    def _hear(self, event: dict[str, Any], report: TeamReport) -> None:
        kind = event["event"]
        if kind == "start":
            if event["id"] != self.current:
                self.watcher.started(self.checks[event["id"]])
            self.current, self.deadline = event["id"], time.monotonic() + event["limit"]
        elif kind == "result":
            result = Result.of(event)
            report.results[result.id] = result
            self.watcher.ended(self.checks[result.id], result)
        elif kind == "doing":
            self.watcher.doing(Text.of(event["text"]))
        elif kind == "measured":
            report.measured.setdefault(event["kind"], {}).setdefault(event["name"], {}).update(event["values"])
        elif kind == "picture":
            report.pictures[event["name"]] = event["webp"]
        elif kind == "timeline":
            report.timelines[event["name"]] = Timeline.heard(event)
        elif kind == "fact":
            report.facts.setdefault(event["about"], {}).update(event["values"])

    def _give_up(self, process: subprocess.Popen[bytes], report: TeamReport) -> bool:
        _end(process, patience=0)
        if self.current is None or self.current in report.results:
            return False
        reason = Text(
            "not done in time, and could not be interrupted", "제한 시간 안에 끝나지 않았고 중단할 수도 없었음"
        )
        result = Result(self.current, "not_checked", 0.0, Text("", ""), reason)
        report.results[self.current] = result
        self.watcher.ended(self.checks[self.current], result)
        return True

    def _fill(self, report: TeamReport, reason: Text, grader_error: bool = False) -> None:
        for id in self.checks:
            if id not in report.results:
                report.results[id] = Result(id, "not_checked", 0.0, Text("", ""), reason, grader_error)


def _end(process: subprocess.Popen[bytes], patience: float = 5) -> None:
    """End the checking process and all that it runs."""
    for number, seconds in ((signal.SIGTERM, patience), (signal.SIGKILL, 5.0)):
        if process.poll() is None and seconds:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Cleaning up is short and must end."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Turn SIGINT and SIGTERM into Interrupted."""

    def interrupt(_number: int, _frame: object) -> None:
        raise Interrupted

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
