"""Measures a team's API beside bare applications of the same framework and server, in one run.

`python -m ops.bench TEAM [--rounds N] [--seconds N]`. All targets take turns in every round, so that a machine whose speed
drifts slows all of them alike; medians and ratios of one run are what the figures mean. Nothing here passes or fails.
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import yaml
from rich.table import Table

from ops import engine, images, secrets
from ops.failure import Failure, stop
from ops.paths import BUILD, ROOT, TEAMS, teams
from ops.progress import console, step
from ops.stack import Stack

CONNECTIONS = 10
COUNTED = 50
# Transaction control is no statement that a rule of ours asked for.
COUNT_SQL = (
    "SELECT coalesce(sum(calls), 0) FROM pg_stat_statements JOIN pg_database ON pg_database.oid = dbid "
    "WHERE datname = '{database}' AND query !~* '^(begin|commit|rollback|deallocate)'"
)


@dataclass
class Target:
    """One path of one service, and what was measured of it: requests/s and milliseconds, one a round."""

    id: str
    service: str
    path: str
    en: str
    ko: str
    against: str | None = None
    goal: float | None = None
    goal_ratio: float | None = None
    # Milliseconds that 95 of 100 requests may take.
    goal_p95: float | None = None
    # Asked through nginx, by ab with a new connection a request, as the course does it.
    edge: bool = False
    statements: int | None = None
    rates: list[float] = field(default_factory=list)
    p95: list[float] = field(default_factory=list)
    counted: float | None = None

    @property
    def rate(self) -> float:
        return statistics.median(self.rates)

    def ratio(self, others: dict[str, "Target"]) -> float | None:
        """Median of the ratios pair by pair, round by round; None without a counterpart."""
        if self.against is None:
            return None
        return statistics.median(
            mine / other for mine, other in zip(self.rates, others[self.against].rates, strict=True)
        )

    def verdict(self, others: dict[str, "Target"]) -> str:
        """The goal beside the figure, in words."""
        parts = []
        if self.goal is not None:
            parts.append(
                f"{'reached' if self.rate >= self.goal else 'not reached'}: {self.rate:,.0f}/s, asked {self.goal:,.0f}"
            )
        ratio = self.ratio(others)
        if self.goal_ratio is not None and ratio is not None:
            parts.append(
                f"{'reached' if ratio >= self.goal_ratio else 'not reached'}: {ratio:.0%}, asked {self.goal_ratio:.0%}"
            )
        if self.goal_p95 is not None:
            p95 = statistics.median(self.p95)
            parts.append(
                f"{'reached' if p95 < self.goal_p95 else 'not reached'}: p95 {p95:.0f} ms, asked below {self.goal_p95:.0f}"
            )
        if self.statements is not None and self.counted is not None:
            reached = "reached" if self.counted <= self.statements else "not reached"
            parts.append(f"{reached}: {self.counted:.1f} statements, asked {self.statements} or fewer")
        return "; ".join(parts)


def load(network: str, program: str, *arguments: str, mount: tuple[str, ...] = ()) -> str:
    """Run wrk or ab in a container of the stack's own network; returns what it prints."""
    command = ["docker", "run", "--rm", "--network", network, *mount, "--entrypoint", f"/usr/bin/{program}"]
    done = subprocess.run(
        [*command, "course/load:1", *arguments], capture_output=True, text=True, check=False, timeout=120
    )
    if done.returncode:
        raise Failure(
            f"{program} could not measure: {done.stderr.strip()[-300:]}", f"{program}이(가) 측정하지 못했습니다."
        )
    return done.stdout


def measure(target: Target, network: str, seconds: int, script: Path) -> None:
    """One turn of one target."""
    url = f"https://{target.service}:8000{target.path}"
    options = ("-t", "1", "-c", str(CONNECTIONS), "-d", f"{seconds}s", "-s", "/percentile.lua")
    text = load(network, "wrk", *options, url, mount=("-v", f"{script}:/percentile.lua:ro"))
    figures = json.loads(text[text.index("{") : text.rindex("}") + 1])
    if figures["errors"]:
        raise Failure(
            f"{url} answered {figures['errors']} requests with an error.",
            f"{url} 요청 {figures['errors']}개가 실패했습니다.",
        )
    target.rates.append(figures["requests"] / (figures["microseconds"] / 1e6))
    target.p95.append(figures["p95"] / 1000)


def measure_edge(target: Target, network: str) -> None:
    """One turn of one target through the edge: `ab -l -n 1000 -c 10`."""
    options = ("-q", "-l", "-n", "1000", "-c", str(CONNECTIONS), "-H", "Host: localhost")
    text = load(network, "ab", *options, f"https://nginx:8443{target.path}")
    figures = {name: float(value) for name, value in AB.findall(text)}
    failed = figures.get("Failed requests:", 0) + figures.get("Non-2xx responses:", 0)
    if failed or "95%" not in figures:
        raise Failure(
            f"The edge answered {failed:.0f} requests for {target.path} with an error.",
            f"엣지가 {target.path} 요청 {failed:.0f}개에 오류로 답했습니다.",
        )
    target.rates.append(figures["Requests per second:"])
    target.p95.append(figures["95%"])


AB = re.compile(r"^\s*(Failed requests:|Non-2xx responses:|Requests per second:|95%)\s+([\d.]+)", re.MULTILINE)
LUA = """
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('{"requests":%d,"microseconds":%d,"p95":%d,"errors":%d}',
    summary.requests, summary.duration, latency:percentile(95), e.connect + e.read + e.write + e.status + e.timeout))
end
"""


def count_statements(target: Target, stack: Stack, network: str, database: str) -> None:
    """SQL statements that one request costs, by PostgreSQL's own count."""
    query = COUNT_SQL.format(database=database)
    before = int(stack.psql("postgres", query))
    load(network, "ab", "-q", "-l", "-n", str(COUNTED), "-c", "1", f"https://{target.service}:8000{target.path}")
    target.counted = (int(stack.psql("postgres", query)) - before) / COUNTED


def run(team: str, rounds: int, seconds: int) -> tuple[dict[str, Any], list[Target]]:
    """Bring up what is measured, measure it, take it away."""
    folder = TEAMS / team / "bench"
    plan = yaml.safe_load((folder / "bench.yaml").read_text(encoding="utf-8"))
    targets = [Target(**row) for row in plan["targets"]]
    services = sorted({target.service for target in targets})
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary) / "secrets"
        secrets.ensure(directory, [team])
        script = Path(temporary) / "percentile.lua"
        script.write_text(LUA)
        Path(temporary).chmod(0o755)
        stack = Stack(TEAMS / team, project=f"bench-{team}", secrets_dir=directory, overrides=[folder / "compose.yaml"])
        try:
            stack.build()
            stack.up(services)
            stack.psql(plan["database"], (folder / plan["seed"]).read_text(encoding="utf-8"))
            # What autovacuum does within a minute of any real day: without it a count reads every row.
            stack.exec("postgres", "psql", "-q", "-d", plan["database"], "-c", "VACUUM ANALYZE")
            network = f"bench-{team}_app"
            straight = [target for target in targets if not target.edge]
            for target in targets:
                if target.statements is not None:
                    count_statements(target, stack, network, plan["database"])
            for number in range(rounds):
                with step(f"round {number + 1} of {rounds}: {len(straight)} targets, {seconds} s each"):
                    for target in straight:
                        measure(target, network, seconds, script)
            through_edge(stack, services, [target for target in targets if target.edge], rounds)
        finally:
            stack.down()
    return plan, targets


def through_edge(stack: Stack, services: list[str], targets: list[Target], rounds: int) -> None:
    """The same behind nginx, which asks every API that runs: so only the target's own may."""
    if not targets:
        return
    stack.compose("up", "--detach", "--no-build", "--no-deps", "--wait", "nginx")
    for target in targets:
        stack.compose("stop", *(one for one in services if one != target.service))
        stack.compose("up", "--detach", "--no-build", "--no-deps", "--wait", target.service)
        with step(f"{target.en}: {rounds} rounds of 1,000 requests"):
            # nginx asks for addresses once a second.
            time.sleep(2)
            for _ in range(rounds):
                measure_edge(target, f"{stack.project}_edge")


def table(plan: dict[str, Any], targets: list[Target]) -> Table:
    """What a terminal shows."""
    others = {target.id: target for target in targets}
    result = Table(title=plan["title"]["en"], title_justify="left")
    for name in ("", "requests/s", "min to max", "p95 ms", "SQL", "ratio", "goal"):
        result.add_column(name, justify="left" if name in ("", "goal") else "right")
    for target in targets:
        ratio = target.ratio(others)
        result.add_row(
            target.en,
            f"{target.rate:,.0f}",
            f"{min(target.rates):,.0f} to {max(target.rates):,.0f}",
            f"{statistics.median(target.p95):.1f}",
            "" if target.counted is None else f"{target.counted:.1f}",
            "" if ratio is None else f"{ratio:.0%} of {target.against}",
            target.verdict(others),
        )
    return result


def page(plan: dict[str, Any], targets: list[Target]) -> str:
    """The same as a page with a chart: bars of the medians, whiskers from the slowest to the fastest round."""
    others = {target.id: target for target in targets}
    top = max(max(target.rates) for target in targets)
    bars, rows = [], []
    for index, target in enumerate(targets):
        y = 20 + index * 44
        scale = 620 / top
        colour = "#8a94a6" if target.against is None else "#2563eb"
        bars.append(
            f'<text x="0" y="{y}">{escape(target.en)} · {escape(target.ko)}</text>'
            f'<rect x="0" y="{y + 6}" width="{target.rate * scale:.1f}" height="14" rx="2" fill="{colour}"/>'
            f'<path d="M{min(target.rates) * scale:.1f} {y + 13}H{max(target.rates) * scale:.1f}" stroke="#111" stroke-width="1.5"/>'
            f'<text x="{max(target.rates) * scale + 8:.1f}" y="{y + 18}">{target.rate:,.0f}</text>'
        )
        ratio = target.ratio(others)
        rows.append(
            f"<tr><td>{escape(target.en)}<br>{escape(target.ko)}</td><td>{target.rate:,.0f}</td>"
            f"<td>{statistics.median(target.p95):.1f}</td><td>{'' if target.counted is None else f'{target.counted:.1f}'}</td>"
            f"<td>{'' if ratio is None else f'{ratio:.0%} of {target.against}'}</td><td>{escape(target.verdict(others))}</td></tr>"
        )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(plan['title']['en'])}</title><style>body{{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;"
        "padding:0 1rem}svg{width:100%;height:auto;font-size:13px}td,th{padding:.4rem .8rem;border-bottom:1px solid #ddd;text-align:left}"
        "table{border-collapse:collapse;width:100%}</style>"
        f"<h1>{escape(plan['title']['en'])} · {escape(plan['title']['ko'])}</h1>"
        f"<p>Requests/s, median of the rounds; the line goes from the slowest to the fastest. wrk, {CONNECTIONS} connections, TLS, "
        f"one process. · 초당 요청 수, 회차별 중앙값. wrk, 연결 {CONNECTIONS}개, TLS, 프로세스 하나.</p>"
        f'<svg viewBox="0 0 720 {20 + len(targets) * 44}" role="img" aria-label="requests per second">{"".join(bars)}</svg>'
        "<table><tr><th></th><th>requests/s</th><th>p95 ms</th><th>SQL</th><th>ratio</th><th>goal</th></tr>"
        f"{''.join(rows)}</table></html>"
    )


def main() -> int:
    """Measure, print the table, write the page and the figures under build/bench/."""
    able = [team for team in teams() if (TEAMS / team / "bench" / "bench.yaml").exists()]
    parser = argparse.ArgumentParser(prog="./nox -s bench --", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("team", choices=able)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    options = parser.parse_args()
    engine.ensure()
    images.build()
    plan, targets = run(options.team, options.rounds, options.seconds)
    console.print(table(plan, targets))
    folder = BUILD / "bench" / options.team
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(page(plan, targets), encoding="utf-8")
    (folder / "bench.json").write_text(
        json.dumps([vars(target) for target in targets], indent=2, ensure_ascii=False), encoding="utf-8"
    )
    console.print(f"{(folder / 'index.html').relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        stop(failure)
