"""What the process that checks tells the one that supervises it: a JSON object a line."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TextIO

from grading.text import Text

Outcome = Literal["passed", "failed", "not_checked", "waived"]
OUTCOMES: tuple[Outcome, ...] = ("passed", "failed", "not_checked", "waived")
Tell = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Result:
    """How one check ended. `evidence` is what was seen, `reason` why it was not checked or is waived."""

    id: str
    outcome: Outcome
    seconds: float
    evidence: Text
    reason: Text
    # The grader's own fault: never the student's, and the run ends with 2.
    grader_error: bool = False

    def event(self) -> dict[str, Any]:
        plain = {name: getattr(self, name) for name in ("id", "outcome", "seconds", "grader_error")}
        return plain | {"event": "result", "evidence": self.evidence.both(), "reason": self.reason.both()}

    @classmethod
    def of(cls, event: dict[str, Any]) -> Result:
        evidence, reason = Text.of(event["evidence"]), Text.of(event["reason"])
        return cls(event["id"], event["outcome"], event["seconds"], evidence, reason, event["grader_error"])


def teller(stream: TextIO) -> Tell:
    lock = threading.Lock()

    def tell(event: dict[str, Any]) -> None:
        with lock:
            stream.write(json.dumps(event, ensure_ascii=False) + "\n")
            stream.flush()

    return tell
