"""What one request costs each part of a stack in processor time, and what a cluster of so many machines can take by that.

`python -m ops.capacity TEAM ... [--rounds N] [--seconds N]` measures on this machine and writes docs/scaling.json, from which
the tables of docs/scaling.md are computed. A request is asked of one API process, by wrk with 10 connections: straight, and
through the edge as users ask it.
"""

import argparse
import contextlib
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
import yaml

from grading.edge import Edge
from grading.team import Team, read
from grading.templates import fill, fill_path
from grading.world import World
from ops import bench, engine, images, secrets
from ops.failure import Failure, stop
from ops.paths import ROOT, TEAMS, teams
from ops.progress import console, step
from ops.stack import Stack
from ops.swarm.inside import Result

FIGURES = ROOT / "docs" / "scaling.json"
# What a request is made of, by its share of all requests. A guess, and the first thing to replace by one's own figures.
MIX = {"cached": 0.80, "uncached": 0.15, "write": 0.05}
PARTS = ("api", "nginx", "postgres", "redis")
# So much of a core's time is planned for; the rest is for peaks, for nodes that die, and for what is not counted here.
PLANNED = 0.6
THINGS = 20
# What the edge lets one address have at once is 2,000 requests, refilled by 500 a second: the loop must stay below.
EDGE_SECONDS, EDGE_PAUSE_SECONDS = 2, 4


@dataclass(frozen=True)
class Layout:
    """Cores by part, of machines with two cores each; `machines` counts all, those for managers and monitoring too."""

    machines: int
    api: float
    nginx: float
    postgres: float
    redis: float


LAYOUTS = (
    # Three machines, all of them everything: half a core of the six is left to monitoring.
    Layout(machines=3, api=2.5, nginx=1.5, postgres=1, redis=0.5),
    # Three managers with the edge, one core of the six their own; PostgreSQL alone; Redis beside monitoring; five for the API.
    Layout(machines=10, api=10, nginx=5, postgres=2, redis=1),
    # Five managers, PostgreSQL (16 cores), Redis, three for monitoring; thirty edges and sixty for the API.
    Layout(machines=100, api=120, nginx=60, postgres=16, redis=1),
)


# --- what it means -------------------------------------------------------------------------------------------------------


def mixed(figures: dict[str, Any]) -> dict[str, float]:
    """Milliseconds of processor time that an average request costs each part, asked through the edge."""
    return {part: sum(share * figures[kind]["edge"][part] for kind, share in MIX.items()) for part in PARTS}


def carries(layout: Layout, figures: dict[str, Any]) -> dict[str, float]:
    """Requests/s that each part of the layout carries: cores · 1000 ms · PLANNED / milliseconds a request."""
    cost = mixed(figures)
    return {part: getattr(layout, part) * 1000 * PLANNED / cost[part] for part in PARTS}


def cost_table(figures: dict[str, Any], lang: str) -> str:
    """Rates of one API process and milliseconds a request, as Markdown."""
    words = {
        "en": [
            "",
            "straight, requests/s",
            "through the edge, requests/s",
            "API ms",
            "nginx ms",
            "PostgreSQL ms",
            "Redis ms",
        ],
        "ko": ["", "직접, 요청/초", "엣지 경유, 요청/초", "API ms", "nginx ms", "PostgreSQL ms", "Redis ms"],
    }[lang]
    kinds = {
        "en": {"cached": "list, cached", "uncached": "list, uncached", "write": "a write"},
        "ko": {"cached": "목록, 캐시 켬", "uncached": "목록, 캐시 끔", "write": "쓰기"},
    }[lang]
    average = {"en": "average request", "ko": "평균 요청"}[lang]
    rows = [words, ["---"] + ["---:"] * (len(words) - 1)]
    for team, found in figures["teams"].items():
        for kind, name in kinds.items():
            straight, edge = found[kind]["straight"], found[kind]["edge"]
            rates = [f"{straight['rate']:,.0f}", f"{edge['rate']:,.0f}"]
            rows.append([f"{team}: {name}", *rates, *(f"{edge[part]:.2f}" for part in PARTS)])
        rows.append([f"{team}: {average}", "", "", *(f"**{value:.2f}**" for value in mixed(found).values())])
    return "\n".join([*(f"| {' | '.join(row)} |" for row in rows), "", turns(figures, lang)])


def turns(figures: dict[str, Any], lang: str) -> str:
    """How long each figure was looked at."""
    words = {
        "en": "{team}: medians of {rounds} × {seconds} s straight and {rounds} × {edge} s through the edge.",
        "ko": "{team}: 직접 {seconds}초씩 {rounds}회, 엣지 경유 {edge}초씩 {rounds}회의 중앙값.",
    }[lang]
    return " ".join(
        words.format(team=team, edge=EDGE_SECONDS, **found["turns"]) for team, found in figures["teams"].items()
    )


def capacity_table(figures: dict[str, Any], lang: str) -> str:
    """What each layout carries, as Markdown; the least of a row is what the cluster carries."""
    words = {
        "en": ["", "API", "edge", "PostgreSQL", "Redis", "the cluster, requests/s", "what is full first"],
        "ko": ["", "API", "엣지", "PostgreSQL", "Redis", "클러스터, 요청/초", "먼저 가득 차는 것"],
    }[lang]
    names = dict(zip(PARTS, words[1:5], strict=True))
    machines = {"en": "{team}, {number} machines", "ko": "{team}, {number}대"}[lang]
    rows = [words, ["---", *["---:"] * 5, "---"]]
    for team, found in figures["teams"].items():
        for layout in LAYOUTS:
            able = carries(layout, found)
            first = min(able, key=lambda part: able[part])
            name = machines.format(team=team, number=layout.machines)
            rows.append(
                [name, *(rounded(value) for value in able.values()), f"**{rounded(able[first])}**", names[first]]
            )
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def rounded(value: float) -> str:
    """Two digits that mean something: more would pretend."""
    return f"{float(f'{value:.2g}'):,.0f}"


def read_figures() -> dict[str, Any]:
    figures: dict[str, Any] = json.loads(FIGURES.read_text(encoding="utf-8"))
    return figures


# --- measuring -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Api:
    """What `World` runs in the API's container, run in the one that is measured."""

    stack: Stack
    service: str

    def execute(self, _service: str, *command: str) -> Result:
        return Result(0, self.stack.exec(self.service, *command))


@dataclass
class Subject:
    """The stack that is measured, with one API process: `cached` or `uncached`."""

    stack: Stack
    team: Team
    scripts: Path
    seconds: int

    def only(self, service: str) -> None:
        """Let no other API run: nginx asks all that do."""
        self.stack.compose("stop", *({"cached", "uncached"} - {service}))
        self.stack.compose("up", "--detach", "--no-build", "--no-deps", "--wait", service, "nginx")
        # nginx asks for addresses once a second.
        time.sleep(2)

    def read(self, name: str) -> Path:
        """A script for wrk that asks for the list that the team caches."""
        assert self.team.cache
        return self._script(name, [("GET", self.team.cache.request.partition(" ")[2], {}, None)])

    def write(self, name: str) -> Path:
        """A script for wrk that does the team's live write (a comment, a change of a product), each time to another thing."""
        assert self.team.realtime
        realtime, edge = self.team.realtime, Edge(self.stack.ports.https, self.stack.ca)
        try:
            world = World(edge, self.team, _Api(self.stack, "cached"))  # type: ignore[arg-type]
            account = world.account(realtime.by)
            requests = []
            for number in range(THINGS):
                variables = {**account.variables, **world.needed(realtime.needs, account), "marker": f"write {number}"}
                path, body = fill_path(realtime.act.path, variables), fill(realtime.act.json, variables)
                headers = {"Content-Type": "application/json", **account.headers}
                requests.append((realtime.act.method, path, headers, body))
        finally:
            edge.http.close()
        return self._script(name, requests)

    def _script(self, name: str, requests: list[tuple[str, str, dict[str, str], Any]]) -> Path:
        lines = ["local made, turn = {}, 0"]
        for method, path, headers, body in requests:
            given = ", ".join(
                f"[{_lua(key)}] = {_lua(value)}" for key, value in {"Host": "localhost", **headers}.items()
            )
            content = "nil" if body is None else _lua(json.dumps(body))
            lines.append(f"made[#made + 1] = wrk.format({_lua(method)}, {_lua(path)}, {{{given}}}, {content})")
        lines.append("request = function() turn = turn % #made + 1; return made[turn] end")
        file = self.scripts / f"{name}.lua"
        file.write_text("\n".join(lines) + bench.LUA, encoding="utf-8")
        return file

    def turn(self, service: str, script: Path, edge: bool) -> dict[str, float]:
        """One turn: requests/s, and milliseconds of each part's processor time a request."""
        network, url = ("edge", "https://nginx:8443") if edge else ("app", f"https://{service}:8000")
        seconds = EDGE_SECONDS if edge else self.seconds
        options = ("-t", "1", "-c", str(bench.CONNECTIONS), "-d", f"{seconds}s", "-s", "/script.lua", url)
        if edge:
            time.sleep(EDGE_PAUSE_SECONDS)
        before = self.processor(service)
        text = bench.load(f"{self.stack.project}_{network}", "wrk", *options, mount=("-v", f"{script}:/script.lua:ro"))
        after = self.processor(service)
        said = json.loads(text[text.index("{") : text.rindex("}") + 1])
        if said["errors"] or not said["requests"]:
            raise Failure(
                f"{url} answered {said['errors']} of {said['requests']} requests with an error.",
                f"{url} 요청 {said['requests']}개 중 {said['errors']}개가 실패했습니다.",
            )
        cost = {part: (after[part] - before[part]) * 1000 / said["requests"] for part in PARTS}
        return {"rate": said["requests"] / (said["microseconds"] / 1e6), **cost}

    def processor(self, service: str) -> dict[str, float]:
        """Seconds of processor time that each part's container has used so far, by the engine's account."""
        with contextlib.closing(docker.from_env()) as engine:
            used = {}
            for part, name in zip(PARTS, (service, "nginx", "postgres", "redis"), strict=True):
                said = engine.api.stats(self.stack.containers(name)[0]["Id"], stream=False, one_shot=True)
                used[part] = said["cpu_stats"]["cpu_usage"]["total_usage"] / 1e9
        return used


def measure(team: str, rounds: int, seconds: int) -> dict[str, Any]:
    """Bring the team up with the benchmark's data, measure each kind of request, take it away."""
    folder = TEAMS / team / "bench"
    plan = yaml.safe_load((folder / "bench.yaml").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as temporary:
        directory, more = Path(temporary) / "secrets", Path(temporary) / "compose.yaml"
        secrets.ensure(directory, [team])
        # One user writes here as much as a thousand do elsewhere.
        setting = {"environment": {"WRITES_PER_USER_PER_MINUTE": "1000000"}}
        more.write_text(yaml.safe_dump({"services": {"cached": setting}}))
        Path(temporary).chmod(0o755)
        overrides = [folder / "compose.yaml", more]
        stack = Stack(TEAMS / team, project=f"capacity-{team}", secrets_dir=directory, overrides=overrides)
        try:
            stack.build()
            stack.up(["cached", "uncached"])
            stack.psql(plan["database"], (folder / plan["seed"]).read_text(encoding="utf-8"))
            stack.exec("postgres", "psql", "-q", "-d", plan["database"], "-c", "VACUUM ANALYZE")
            subject = Subject(stack, read(TEAMS / team / "team.yaml"), Path(temporary), seconds)
            found = {"turns": {"rounds": rounds, "seconds": seconds}, **dict(_kinds(subject, rounds))}
        finally:
            stack.down()
    return found


def _kinds(subject: Subject, rounds: int) -> Iterator[tuple[str, dict[str, Any]]]:
    for service in ("cached", "uncached"):
        subject.only(service)
        scripts = {service: subject.read(service)}
        if service == "cached":
            scripts["write"] = subject.write("write")
        for kind, script in scripts.items():
            with step(f"{subject.stack.team_dir.name}, {kind}: {rounds} rounds, straight and through the edge"):
                turns = {
                    way: [subject.turn(service, script, way == "edge") for _ in range(rounds)]
                    for way in ("straight", "edge")
                }
            yield kind, {way: _median(found) for way, found in turns.items()}


def _lua(text: str) -> str:
    """A literal of Lua; only ASCII comes here."""
    return json.dumps(text)


def _median(turns: list[dict[str, float]]) -> dict[str, float]:
    return {key: round(statistics.median(turn[key] for turn in turns), 3) for key in turns[0]}


def main() -> int:
    """Measure the teams and keep the figures."""
    able = [team for team in teams() if (TEAMS / team / "bench" / "bench.yaml").exists()]
    parser = argparse.ArgumentParser(prog="./nox -s capacity --", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("team", nargs="*", choices=[*able, []])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    options = parser.parse_args()
    engine.ensure()
    images.build()
    figures = read_figures() if FIGURES.exists() else {"teams": {}}
    for team in options.team or able:
        figures["teams"][team] = measure(team, options.rounds, options.seconds)
        FIGURES.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    console.print(cost_table(figures, "en"), soft_wrap=True)
    console.print(capacity_table(figures, "en"), soft_wrap=True)
    console.print("docs/scaling.json is written; ./nox -s pages brings it into docs/scaling.md")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        stop(failure)
