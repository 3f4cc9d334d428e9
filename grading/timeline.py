"""What was seen second by second while something happened to the stack on its Swarm, on its way into the report."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from grading.text import Text
from ops.swarm import chart
from ops.swarm.exercises.exercise import Verdict, harm
from ops.swarm.traffic import Totals
from ops.swarm.watch import Mark, Record, Row

# A crowd that asked less than this was none, and nothing follows from it.
LEAST_READS = 40


@dataclass(frozen=True)
class Timeline:
    """One exercise as it went: `problem` is None where all ended well and no user noticed anything."""

    name: str
    title: Text
    said: Text
    problem: Text | None
    record: Record

    @classmethod
    def of(cls, verdict: Verdict) -> Timeline:
        exercise, record = verdict.exercise, verdict.record
        if record.totals is None or record.totals.reads < LEAST_READS:
            raise RuntimeError(f"{exercise.name}: the crowd asked for nothing")
        problem = verdict.problem or harm(record.totals)
        return cls(exercise.name, exercise.title, verdict.said, problem, record)

    @property
    def totals(self) -> Totals:
        assert self.record.totals
        return self.record.totals

    @property
    def seconds(self) -> float | None:
        """From the break until all was whole again."""
        broken, recovered = self.record.at("break"), self.record.at("recovered")
        return None if broken is None or recovered is None else recovered - broken

    @property
    def summary(self) -> Text:
        """What happened and what users noticed of it, in a line."""
        told, figures = self.problem or self.said, chart.figures(self.record)
        return Text(f"{told}; {figures}", f"{told.ko}; {figures.ko}")

    def figures(self) -> dict[str, Any]:
        """What report.json tells of it."""
        seconds, totals = self.seconds, asdict(self.totals)
        kept = ("reads", "failed", "retried", "writes", "lost", "doubled", "missed", "reconnects")
        return {
            "exercise": self.name,
            "verified": self.problem is None,
            "recovery_seconds": None if seconds is None else round(seconds, 1),
            "slowest_ms": max((row.slowest for row in self.record.rows), default=0.0),
            **{name: totals[name] for name in kept},
        }

    def event(self) -> dict[str, Any]:
        return {
            "event": "timeline", "name": self.name, "title": self.title.both(), "said": self.said.both(),
            "problem": self.problem.both() if self.problem else None, "record": asdict(self.record),
        }  # fmt: skip

    @classmethod
    def heard(cls, event: dict[str, Any]) -> Timeline:
        """What `event` told."""
        told = event["record"]
        record = Record(
            rows=[Row(**one) for one in told["rows"]],
            marks=[Mark(**one) for one in told["marks"]],
            totals=Totals(**told["totals"]),
            failures=[(second, said) for second, said in told["failures"]],
        )
        problem = Text.of(event["problem"]) if event["problem"] else None
        return cls(event["name"], Text.of(event["title"]), Text.of(event["said"]), problem, record)
