"""Dashboards and rules as files: what Grafana and Prometheus are told to show and to watch."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from grading.commands import Result, run
from grading.ownership import LABEL
from grading.team.model import Monitoring

PROMTOOL = "course/promtool:1"
# Panels that show something else than figures.
WITHOUT_FIGURES = {"row", "text", "news", "dashlist", "alertlist", "annolist", "welcome", "logs"}
# What Grafana itself fills in.
BUILT_IN = {
    "__rate_interval": "1m", "__interval": "15s", "__interval_ms": "15000", "__range": "15m", "__range_s": "900",
    "__range_ms": "900000",
}  # fmt: skip


@dataclass(frozen=True)
class Panel:
    dashboard: str
    title: str
    # None: the panel has nothing to ask.
    expression: str | None

    def __str__(self) -> str:
        return f"{self.dashboard}/{self.title}"


@dataclass(frozen=True)
class Dashboard:
    file: Path
    content: dict[str, Any]

    @property
    def name(self) -> str:
        return self.file.stem

    @property
    def uid(self) -> str:
        return str(self.content.get("uid") or "")

    def panels(self) -> Iterator[Panel]:
        """Every query of every panel that shows figures."""
        for panel in _panels(self.content.get("panels") or []):
            if panel.get("type") in WITHOUT_FIGURES:
                continue
            title = str(panel.get("title") or panel.get("id"))
            asked = [one.get("expr") for one in panel.get("targets") or [] if not one.get("hide")]
            for expression in asked or [None]:
                yield Panel(self.name, title, expression)

    def variables(self, values: Callable[[str, str], list[str]]) -> dict[str, str]:
        """Each variable with all its values, as the regular expression that Grafana makes of them.

        `values` gives the values of a label of a metric (of any, if the metric is empty).
        """
        found = {}
        for variable in (self.content.get("templating") or {}).get("list") or []:
            query = variable.get("query")
            text = str(query.get("query") if isinstance(query, dict) else query or "")
            asked = re.fullmatch(r"label_values\((?:(.+),)?\s*(\w+)\)", text.strip())
            if variable.get("type") == "query" and asked:
                all_values = values(asked[2], (asked[1] or "").strip())
            elif variable.get("type") == "datasource":
                all_values = ["prometheus"]
            else:
                all_values = [one.partition(" : ")[2] or one for one in re.split(r"\s*,\s*", text) if one]
            found[str(variable.get("name"))] = variable.get("allValue") or "|".join(map(re.escape, all_values))
        return found


def _panels(panels: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for panel in panels:
        yield panel
        yield from _panels(panel.get("panels") or [])


def fill(expression: str, variables: dict[str, str]) -> str:
    """A panel's query with `$name`, `${name:format}` and `[[name]]` filled in; unknown ones stay as they are."""
    known = BUILT_IN | variables

    def value(match: re.Match[str]) -> str:
        name = match[1] or match[2] or match[3]
        # Prometheus reads a backslash in quotes as an escape.
        return known[name].replace("\\", "\\\\") if name in known else match[0]

    return re.sub(r"\$\{(\w+)(?::\w+)?\}|\[\[(\w+)\]\]|\$(\w+)", value, expression)


@dataclass(frozen=True)
class Rules:
    file: Path
    groups: list[dict[str, Any]]

    @property
    def alerts(self) -> list[dict[str, Any]]:
        return [rule for group in self.groups for rule in group.get("rules") or [] if "alert" in rule]


@dataclass(frozen=True)
class Watching:
    """The files, the platform's before the team's; `unreadable` tells what could not be understood."""

    root: Path
    dashboards: list[Dashboard]
    rules: list[Rules]
    tests: list[Path]
    team: Path
    unreadable: list[str]

    @classmethod
    def find(cls, root: Path, team: Path, monitoring: Monitoring) -> Watching:
        unreadable: list[str] = []
        dashboards = []
        for file in _files([root / "platform/grafana", *(team / one for one in monitoring.dashboards)], "**/*.json"):
            try:
                content = json.loads(file.read_text("utf-8"))
            except (ValueError, OSError) as problem:
                unreadable.append(f"{file.name}: {problem}")
                continue
            if isinstance(content, dict) and "panels" in content:
                dashboards.append(Dashboard(file, content))
        folders = [root / "platform/prometheus", *(team / one for one in monitoring.rules)]
        rules = []
        for file in _files(folders, "*.rules.yml"):
            try:
                groups = yaml.safe_load(file.read_text("utf-8"))["groups"]
            except (yaml.YAMLError, OSError, KeyError, TypeError) as problem:
                unreadable.append(f"{file.name}: {problem}")
                continue
            rules.append(Rules(file, groups or []))
        return cls(root, dashboards, rules, _files(folders, "*.test.yml"), team, unreadable)

    def tested(self) -> set[Path]:
        """The rule files that some test reads."""
        found = set()
        for test in self.tests:
            try:
                named = (yaml.safe_load(test.read_text("utf-8")) or {}).get("rule_files") or []
            except (yaml.YAMLError, OSError, AttributeError):
                continue
            found |= {path.resolve() for one in named for path in test.parent.glob(str(one).removeprefix("./"))}
        return found

    def promtool(self, owner: str, *command: str, files: list[Path]) -> Result:
        """Run promtool on files, in a container that sees their folders and no network."""
        folders = sorted({file.parent for file in files})
        mounts = [part for one in folders for part in ("-v", f"{one}:/files/{one.relative_to(self.root)}:ro")]
        return run(
            "docker", "run", "--rm", "--network", "none", "--label", f"{LABEL}={owner}", "--read-only", "--memory", "256m",
            "--cap-drop", "ALL", "--pids-limit", "64", "--tmpfs", "/tmp", *mounts, PROMTOOL, *command,
            *(f"/files/{file.relative_to(self.root)}" for file in files), timeout=40, must=False,
        )  # fmt: skip


def _files(folders: list[Path], pattern: str) -> list[Path]:
    return [file for folder in folders for file in sorted(folder.glob(pattern)) if file.is_file()]
