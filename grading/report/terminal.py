"""What the person at the terminal sees: each check as it ends, then the table; plain lines where there is no terminal."""

from __future__ import annotations

import time
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.status import Status
from rich.table import Table

from grading.check import Check
from grading.events import Outcome, Result
from grading.report.words import NAMES
from grading.requirements import AREAS
from grading.supervisor import TeamReport
from grading.text import Text

STYLES: dict[Outcome, str] = {"passed": "green", "failed": "bold red", "not_checked": "yellow", "waived": "cyan"}


class Terminal:
    def __init__(self, language: str, console: Console | None = None) -> None:
        self.language = language
        self.console = console or Console(highlight=False, soft_wrap=True)
        self.status: Status | None = None
        self.began = time.monotonic()
        self.line = ""

    def say(self, text: Text) -> str:
        return escape(text.within(self.language))

    def sorry(self, text: Text) -> None:
        self.quiet()
        self.console.print(f"[bold red]✗[/] {self.say(text)}")

    def quiet(self) -> None:
        if self.status:
            self.status.stop()
            self.status = None

    def show(self, line: str) -> None:
        if not self.console.is_terminal:
            return
        if not self.status:
            self.status = self.console.status("")
            self.status.start()
        self.status.update(f"{line}  [dim]{time.monotonic() - self.began:.0f} s[/]")

    def doing(self, text: Text) -> None:
        if self.console.is_terminal:
            self.show(f"{self.line} [dim]{self.say(text)}[/]")
        else:
            self.console.print(f"… {self.say(text)}")

    def team(self, name: str) -> None:
        self.began = time.monotonic()
        self.console.print(f"\n[bold]{escape(name)}[/]")

    def started(self, check: Check) -> None:
        self.line = f"{check.id} {self.say(check.title)}"
        self.show(self.line)

    def ended(self, check: Check, result: Result) -> None:
        name = NAMES[result.outcome].within(self.language)
        style = STYLES[result.outcome]
        said = result.reason if result.outcome in ("not_checked", "waived") else result.evidence
        tail = f"  [dim]{self.say(said)}[/]" if said and result.outcome != "passed" else ""
        self.console.print(
            f"  [{style}]{name:<11}[/] {check.id:<6} {self.say(check.title)} [dim]{result.seconds:.1f} s[/]{tail}"
        )

    def table(self, report: TeamReport) -> None:
        self.quiet()
        words = Text("area|passed|failed|not checked|waived|points", "영역|통과|실패|확인 안 함|면제|점수")
        table = Table(title=escape(report.team), title_justify="left")
        for number, word in enumerate(words.within(self.language).split("|")):
            table.add_column(word, justify="left" if number == 0 else "right")
        for area in dict.fromkeys(check.area for check in report.checks.values()):
            mine = [report.results[id] for id, check in report.checks.items() if check.area == area]
            counts = [str(sum(one.outcome == outcome for one in mine)) for outcome in NAMES]
            table.add_row(f"{area} {self.say(AREAS[area])}", *counts, _score(report, area))
        table.add_section()
        total = Text("total", "합계").within(self.language)
        table.add_row(total, *(str(report.count(outcome)) for outcome in NAMES), _score(report), style="bold")
        self.console.print()
        self.console.print(table)
        for remark in report.remarks:
            self.console.print(f"  [yellow]![/] {self.say(remark)}")
        self._advice(report)

    def _advice(self, report: TeamReport) -> None:
        labels = Text("seen|why|do", "증거|이유|할 일").within(self.language).split("|")
        for id, check in report.checks.items():
            result = report.results[id]
            if result.outcome == "failed":
                self.console.print(f"\n[bold red]✗ {id}[/] {self.say(check.title)}")
                for label, text in zip(labels, (result.evidence, check.why, check.hint), strict=True):
                    self.console.print(f"  [dim]{label}:[/] {self.say(text)}")

    def written(self, page: Path) -> None:
        self.quiet()
        label = Text("Report", "보고서").within(self.language)
        self.console.print(f"\n{label}: {page.resolve().as_uri()}")

    def catalogue(self, checks: dict[str, Check]) -> None:
        for check in checks.values():
            self.console.print(f"{check.id:<6} {check.points:>4g}  {self.say(check.title)}")


def _score(report: TeamReport, area: str = "") -> str:
    earned, checkable = report.points("passed", area=area), report.points("passed", "failed", area=area)
    return f"{earned:g} / {checkable:g} / {report.points(area=area):g}"
