"""Writes what was found: report.json, junit.xml, index.html and the pictures in it."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from grading.report import document, html, junit
from grading.supervisor import TeamReport


def write(reports: list[TeamReport], engine: dict[str, Any], out: Path, language: str) -> Path:
    """Write all files of the report into `out`; returns the page to open."""
    out.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC).replace(microsecond=0)
    content = document.make(reports, engine, now, language)
    document.save(content, out / "report.json")
    document.save(document.measurements(reports), out / "measurements.json")
    junit.save(reports, out / "junit.xml", language)
    for report in reports:
        for name, webp in report.pictures.items():
            (out / f"{report.team}-{name}.webp").write_bytes(base64.b64decode(webp))
    html.save(reports, content, out / "index.html", language)
    return out / "index.html"
