"""report.json: a contract, held by report.schema.json beside this file."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from grading.supervisor import TeamReport

SCHEMA_FILE = Path(__file__).with_name("report.schema.json")


def make(reports: list[TeamReport], engine: dict[str, Any], now: datetime, language: str) -> dict[str, Any]:
    trivy: dict[str, Any] = {}
    for report in reports:
        trivy |= report.facts.get("trivy", {})
    return {
        "schema": 1,
        "generated_at": now.isoformat().replace("+00:00", "Z"),
        "engine": engine,
        "trivy": trivy,
        "teams": [_team(report, language) for report in reports],
    }


def _team(report: TeamReport, language: str) -> dict[str, Any]:
    return {
        "team": report.team,
        "earned": _number(report.earned),
        "checkable": _number(report.checkable),
        "possible": _number(report.possible),
        "checks": [
            {
                "id": id,
                "requirement": check.requirement,
                "title": check.title.within(language),
                "outcome": (result := report.results[id]).outcome,
                "points": _number(check.points),
                "seconds": round(result.seconds, 2),
                "evidence": result.evidence.within(language),
                "reason": result.reason.within(language),
            }
            for id, check in report.checks.items()
        ],
        "swarm": [timeline.figures() for timeline in report.timelines.values()],
    }


def measurements(reports: list[TeamReport]) -> dict[str, Any]:
    """The figures behind the charts: team -> kind -> name -> values."""
    return {report.team: report.measured for report in reports}


def _number(points: float) -> float | int:
    points = round(points, 2)
    return int(points) if points == int(points) else points


def save(content: Any, file: Path) -> None:
    """Written whole or not at all: a reader never finds half a report."""
    part = file.with_suffix(".part")
    part.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
    part.replace(file)
