"""`python -m grading [TEAM|PATH ...] [--only ID,ID] [--out DIR] [--lang en|ko]`"""

from __future__ import annotations

import argparse
import difflib
import os
import sys
from datetime import date
from pathlib import Path

from grading import check, engine, ownership, team, waivers
from grading.check import BadCheck, Check
from grading.report import write
from grading.report.terminal import Terminal
from grading.submission import BadArgument, Submission, every, find
from grading.supervisor import Interrupted, Supervisor, TeamReport, interruptible
from grading.team import BadTeam
from grading.text import LANGUAGES, Text

PASSED, FAILED, CANNOT = 0, 1, 2


def main(arguments: list[str] | None = None) -> int:
    """Grade; 0 if nothing failed, 1 if a check did, 2 if the grader could not do its job."""
    options = _options().parse_args(arguments)
    terminal = Terminal(options.lang)
    try:
        with interruptible():
            return _grade(options, terminal)
    except (BadArgument, BadTeam, engine.NoEngine) as problem:
        terminal.sorry(problem.text)
    except BadCheck as problem:
        terminal.sorry(Text(f"A check is written wrongly. {problem}", f"검사가 잘못 작성되었습니다. {problem}"))
    except Interrupted:
        terminal.sorry(Text("Interrupted.", "중단되었습니다."))
    return CANNOT


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m grading", description="Grade teams. 팀을 채점합니다.")
    parser.add_argument("teams", nargs="*", metavar="TEAM|PATH", help="teams, forks (default: all). 팀이나 포크")
    parser.add_argument("--only", default="", metavar="ID,ID", help="checks, requirements or areas: F1.2,S3,P. 일부만")
    parser.add_argument(
        "--out", type=Path, default=Path("build/grade"), metavar="DIR", help="report folder. 보고서 폴더"
    )
    default = "ko" if os.environ.get("LANG", "").startswith("ko") else "en"
    parser.add_argument("--lang", choices=LANGUAGES, default=default, help="language of the messages. 언어")
    parser.add_argument("--list", action="store_true", help="list the checks and end. 검사 목록")
    return parser


def _grade(options: argparse.Namespace, terminal: Terminal) -> int:
    checks = selected(check.load(), options.only)
    if options.list:
        terminal.catalogue(checks)
        return PASSED
    submissions = [find(name) for name in options.teams] or every()
    if not submissions:
        raise BadArgument("There is no team: no teams/*/team.yaml.", "팀이 없습니다: teams/*/team.yaml이 없습니다.")
    remarks = {one.folder: _read(one, checks) for one in submissions}
    facts = engine.prepare(terminal.doing)
    if left := ownership.remove_leftovers():
        terminal.doing(
            Text(f"removed {len(left)} things that a dead run left", f"죽은 실행이 남긴 {len(left)}개를 제거함")
        )
    reports: list[TeamReport] = []
    try:
        for submission in submissions:
            terminal.team(submission.name)
            reports.append(Supervisor(submission, checks, terminal).grade())
            reports[-1].remarks = remarks[submission.folder]
            terminal.table(reports[-1])
    finally:
        if reports:
            terminal.written(write(reports, facts, options.out, options.lang))
    return exit_code(reports)


def exit_code(reports: list[TeamReport]) -> int:
    results = [result for report in reports for result in report.results.values()]
    if any(result.grader_error for result in results) or any(report.interrupted for report in reports):
        return CANNOT
    return FAILED if any(result.outcome == "failed" for result in results) else PASSED


def _read(submission: Submission, checks: dict[str, Check]) -> list[Text]:
    """Refuse what cannot be understood before anything is started; return remarks on waivers."""
    team.read(submission.folder / "team.yaml")
    return waivers.read(submission.folder / "waivers.yaml", set(check.CHECKS), date.today()).remarks


def selected(checks: dict[str, Check], only: str) -> dict[str, Check]:
    """The checks whose id, requirement or area is named; all, if none is. Raises BadArgument for an unknown name."""
    names = [name.strip().upper() for name in only.split(",") if name.strip()]
    known = {name for one in checks.values() for name in (one.id, one.requirement, one.area)}
    for name in names:
        if name not in known:
            near = ", ".join(difflib.get_close_matches(name, sorted(known), 3, 0.4)) or ", ".join(sorted(known))
            raise BadArgument(
                f"--only {name}: there is no such check; near are {near}.",
                f"--only {name}: 그런 검사가 없습니다. 비슷한 것: {near}",
            )
    return {id: one for id, one in checks.items() if not names or {one.id, one.requirement, one.area} & set(names)}


if __name__ == "__main__":
    sys.exit(main())
