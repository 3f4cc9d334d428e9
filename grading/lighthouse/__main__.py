"""Measures a team's pages with Lighthouse, through the edge of a stack of its own: `python -m grading.lighthouse TEAM`."""

from __future__ import annotations

import argparse
import json
import os
import secrets as random
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.table import Table

from grading import team as teams
from grading.edge import Edge
from grading.lighthouse.people import pages_to_measure
from ops import browser, engine, images, secrets, web
from ops.failure import Failure, stop
from ops.paths import BUILD, TEAMS
from ops.progress import console, step
from ops.stack import Stack

HERE = Path(__file__).parent
RUNS = 3
DEVICES = ["desktop", "phone"]
SECONDS = 1500
# Scores of 100; the median of the runs must reach them.
BUDGETS = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 95}
# A search engine never signs in.
PUBLIC_ONLY = {"seo"}

# page, device, category -> median.
Medians = dict[tuple[str, str, str], float]


def measure(stack: Stack, team: teams.Team, only: list[str], devices: list[str]) -> list[dict[str, Any]]:
    """Scores of every run of every page, or of `only` some: page, device, category -> score.

    The reports themselves go to build/lighthouse.
    """
    out = BUILD / "lighthouse"
    out.mkdir(parents=True, exist_ok=True)
    edge = Edge(stack.ports.https, stack.ca)
    try:
        pages = [page for page in pages_to_measure(edge, team) if not only or page["name"] in only]
    finally:
        edge.http.close()
    command = browser.command(f"{stack.project}_edge", "nginx:8443", stack.ports.https, stack.ca)
    launching = browser.launching(command)
    order = {
        "executable": launching["executable_path"], "args": launching["args"], "origin": stack.url, "pages": pages,
        "categories": list(BUDGETS), "devices": devices, "runs": RUNS, "out": str(out),
    }  # fmt: skip
    with step(f"measuring {len(pages)} pages ({', '.join(devices)}), {RUNS} times each"):
        done = subprocess.run(
            ["node", "measure.js"], cwd=HERE, env=web.environment(), input=json.dumps(order), capture_output=True,
            text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
    if done.returncode:
        raise Failure(
            f"Lighthouse could not measure. The end of what it said:\n{images.tail(done.stderr)}",
            "Lighthouse가 측정하지 못했습니다. 위 출력의 끝부분을 확인하세요.",
        )
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def medians(runs: list[dict[str, Any]]) -> Medians:
    """The middle of the runs of each page, device and category."""
    gathered: dict[tuple[str, str, str], list[float]] = {}
    for run in runs:
        for category, score in run["scores"].items():
            gathered.setdefault((run["page"], run["device"], category), []).append(score)
    return {key: statistics.median(scores) for key, scores in gathered.items()}


def below(found: Medians, team: teams.Team) -> set[tuple[str, str, str]]:
    """What does not reach its budget."""
    signed_in = {name for name, page in team.frontend.pages.items() if page.signed_in} if team.frontend else set()
    return {
        (page, device, category)
        for (page, device, category), score in found.items()
        if score < BUDGETS[category] and not (category in PUBLIC_ONLY and page in signed_in)
    }


def show(found: Medians, missed: set[tuple[str, str, str]]) -> None:
    table = Table(title="Lighthouse", title_justify="left")
    table.add_column("page · 페이지")
    for category, budget in BUDGETS.items():
        table.add_column(f"{category} ≥ {budget}", justify="right")
    for page, device in dict.fromkeys(key[:2] for key in found):
        cells = [
            f"[red]{found[page, device, one]:g}[/red]"
            if (page, device, one) in missed
            else f"{found[page, device, one]:g}"
            for one in BUDGETS
        ]
        table.add_row(f"{page}, {device}", *cells)
    console.print(table)


@contextmanager
def filled(name: str) -> Iterator[Stack]:
    """A running stack of the team with its example data, gone after the block."""
    directory = BUILD / "lighthouse" / "secrets"
    secrets.ensure(directory, [name])
    stack = Stack(TEAMS / name, project=f"lighthouse-{name}-{os.getpid()}", secrets_dir=directory)
    try:
        stack.build()
        stack.up()
        with step("filling it with examples"):
            stack.exec(f"{name}-api", "python3", "-m", f"{name}.seed", input=random.token_hex(12))
        yield stack
    finally:
        stack.down()


def main(arguments: list[str]) -> int:
    """1 if a page is below a budget."""
    parser = argparse.ArgumentParser(prog="./nox -s lighthouse", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("team")
    parser.add_argument("page", nargs="*", help="only these of the team's pages")
    parser.add_argument("--device", choices=DEVICES, help="only on this one")
    options = parser.parse_args(arguments)
    name = options.team
    try:
        team = teams.read(TEAMS / name / "team.yaml")
    except teams.BadTeam as problem:
        raise Failure(str(problem), problem.text.ko) from None
    if not team.frontend or not team.frontend.measured:
        raise Failure(
            f"teams/{name}/team.yaml names no page to measure (frontend.measured).",
            f"teams/{name}/team.yaml에 측정할 페이지(frontend.measured)가 없습니다.",
        )
    if unknown := set(options.page) - set(team.frontend.measured):
        names = ", ".join(team.frontend.measured)
        raise Failure(
            f"{min(unknown)} is no page that is measured; those are: {names}.",
            f"{min(unknown)}은(는) 측정하는 페이지가 아닙니다. 측정하는 페이지: {names}.",
        )
    engine.ensure()
    images.build()
    web.install(HERE)
    with filled(name) as stack:
        found = medians(measure(stack, team, options.page, [options.device] if options.device else DEVICES))
    missed = below(found, team)
    show(found, missed)
    return 1 if missed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as failure:
        stop(failure)
