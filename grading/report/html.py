"""index.html: one file that asks nobody for anything."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from grading.check import Check
from grading.events import OUTCOMES, Outcome, Result
from grading.report.charts import charts
from grading.report.words import LOOKS, NAMES, WORDS
from grading.requirements import AREAS, REQUIREMENTS
from grading.supervisor import TeamReport
from grading.text import LANGUAGES, Text
from grading.timeline import Timeline
from ops.swarm import chart


@dataclass(frozen=True)
class Score:
    name: Text
    earned: float
    checkable: float
    possible: float
    counts: dict[Outcome, int]

    @property
    def share(self) -> float:
        """Per cent of what could be checked."""
        return 100 * self.earned / self.checkable if self.checkable else 0.0


@dataclass(frozen=True)
class Picture:
    """A page in one look: desktop, phone, dark or korean."""

    page: str
    look: str
    webp: str


def save(reports: list[TeamReport], content: dict[str, Any], file: Path, language: str) -> None:
    """Write the page for people, in both languages; `language` is the one that is shown first."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template("page.html.j2").render(
        content=content,
        teams=[_team(report) for report in reports],
        language=language,
        languages=LANGUAGES,
        outcomes=OUTCOMES,
        names=NAMES,
        looks=LOOKS,
        word=WORDS,
        css=Path(__file__).with_name("page.css").read_text("utf-8") + chart.css(),
        js=Path(__file__).with_name("page.js").read_text("utf-8"),
    )
    file.write_text(page, "utf-8")


@dataclass(frozen=True)
class Happening:
    """What happened on the Swarm; `spoken` is the chart in words."""

    timeline: Timeline
    svg: str
    spoken: Text

    @classmethod
    def of(cls, timeline: Timeline) -> Happening:
        record, title = timeline.record, timeline.title
        return cls(timeline, chart.svg(record, title), chart.spoken(record, title))


def _team(report: TeamReport) -> dict[str, Any]:
    areas = list(dict.fromkeys(check.area for check in report.checks.values()))
    return {
        "report": report,
        "score": _score(report, Text("Total", "합계")),
        "areas": {area: _score(report, AREAS[area], area) for area in areas},
        "groups": [(name, REQUIREMENTS[name], _checks(report, name)) for name in _requirements(report)],
        "charts": charts(report),
        "happenings": [Happening.of(one) for one in report.timelines.values()],
        "pictures": [Picture(*name.rpartition("-")[::2], webp) for name, webp in report.pictures.items()],
    }


def _requirements(report: TeamReport) -> list[str]:
    return list(dict.fromkeys(check.requirement for check in report.checks.values()))


def _checks(report: TeamReport, requirement: str) -> list[tuple[Check, Result]]:
    return [(check, report.results[id]) for id, check in report.checks.items() if check.requirement == requirement]


def _score(report: TeamReport, name: Text, area: str = "") -> Score:
    mine = [report.results[id] for id, check in report.checks.items() if check.area.startswith(area)]
    return Score(
        name=name,
        earned=report.points("passed", area=area),
        checkable=report.points("passed", "failed", area=area),
        possible=report.points(area=area),
        counts={outcome: sum(one.outcome == outcome for one in mine) for outcome in OUTCOMES},
    )
