"""Records a stack second by second while something happens to it: replicas, requests, latency, nodes."""

import asyncio
import contextlib
import json
import socket
import ssl
import statistics
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from grading.edge import Edge
from grading.team import Team, read
from grading.text import Text
from grading.world import World
from ops import paths
from ops.failure import Failure
from ops.swarm import deploy
from ops.swarm.deploy import Deployed
from ops.swarm.inside import Inside
from ops.swarm.lab import EDGE_PORT, Lab, NoManager, Snapshot
from ops.swarm.traffic import Stream, Totals, Traffic, read_paths, totals

HOST = "localhost"


@dataclass(frozen=True)
class Row:
    """One second. `replicas` counts the API's healthy tasks, `nodes` says what managers think of each; None: nobody could tell."""

    second: int
    replicas: int | None
    wanted: int | None
    good: int
    retried: int
    failed: int
    writes: int
    p50: float
    slowest: float
    nodes: dict[str, str]


@dataclass(frozen=True)
class Mark:
    """Something that was done or seen, at so many seconds."""

    second: float
    kind: str
    en: str
    ko: str


@dataclass
class Record:
    """All that was seen."""

    rows: list[Row] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    totals: Totals | None = None
    failures: list[tuple[float, str]] = field(default_factory=list)

    def at(self, kind: str) -> float | None:
        """When the first mark of this kind was set."""
        return next((mark.second for mark in self.marks if mark.kind == kind), None)

    def save(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        content = {**asdict(self), "unit": "seconds since the start; milliseconds for latencies"}
        file.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


class Watch:
    """A record that is being made. Use it as a context: the crowd is there in the block, and counted at its end."""

    def __init__(self, deployed: Deployed, team: Team, traffic: Traffic) -> None:
        self.deployed, self.team, self.traffic = deployed, team, traffic
        self.record = Record()
        self._seen: dict[int, tuple[int | None, int | None, dict[str, str]]] = {}
        self._over = threading.Event()
        self._problem: BaseException | None = None

    @property
    def now(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.traffic.began

    def mark(self, kind: str, en: str, ko: str) -> float:
        """Write down that something happened now."""
        self.record.marks.append(Mark(self.now, kind, en, ko))
        return self.now

    def __enter__(self) -> "Watch":
        self.traffic.began = time.monotonic()
        self._threads = [threading.Thread(target=one, daemon=True) for one in (self._crowd, self._look)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.traffic.stop()
        for thread in self._threads:
            thread.join(timeout=90)
        self.record.rows = list(self._rows())
        self.record.totals = totals(self.traffic)
        self.record.failures = self.traffic.failures
        if self._problem:
            raise self._problem

    def _crowd(self) -> None:
        try:
            asyncio.run(self.traffic.run())
        except BaseException as problem:
            self._problem = problem

    def _look(self) -> None:
        while not self._over.wait(max(0.1, 1 - self.now % 1)):
            second = int(self.now)
            try:
                self._seen[second] = seen(self.deployed, self.deployed.lab.snapshot(), self.team.services.api)
            except NoManager:
                self._seen[second] = (None, None, {})

    def _rows(self) -> Iterator[Row]:
        last: tuple[int | None, int | None, dict[str, str]] = (None, None, {})
        for second in range(int(self.now) + 1):
            last = self._seen.get(second, last)
            one = self.traffic.seconds.get(second)
            if one is None and second not in self._seen:
                continue
            times = one.milliseconds if one else []
            yield Row(
                second=second,
                replicas=last[0],
                wanted=last[1],
                good=one.good if one else 0,
                retried=one.retried if one else 0,
                failed=one.failed if one else 0,
                writes=one.writes if one else 0,
                p50=round(statistics.median(times), 1) if times else 0.0,
                slowest=round(max(times), 1) if times else 0.0,
                nodes=last[2],
            )


def seen(deployed: Deployed, snapshot: Snapshot, service: str) -> tuple[int, int, dict[str, str]]:
    """Healthy and wanted tasks of the service, and the state of each node."""
    ready = {node["ID"] for node in snapshot.nodes if node["Status"]["State"] == "ready"}
    found = [one for one in snapshot.services if one["Spec"]["Name"] == deployed.service(service)]
    tasks = [task for task in snapshot.tasks if found and task["ServiceID"] == found[0]["ID"]]
    nodes = {node["Description"]["Hostname"]: node_state(node) for node in snapshot.nodes}
    return len(deploy.running(tasks, ready)), deploy.desired(found[0], snapshot) if found else 0, nodes


def node_state(node: dict[str, Any]) -> str:
    """`ready`, `down` or `drain`; of a leader `leader`."""
    if node["Status"]["State"] != "ready":
        return str(node["Status"]["State"])
    if node["Spec"]["Availability"] != "active":
        return str(node["Spec"]["Availability"])
    return "leader" if (node.get("ManagerStatus") or {}).get("Leader") else "ready"


def addresses(lab: Lab) -> list[tuple[str, int]]:
    """Where the edges answer: the nodes' own addresses, or this machine's ports where those cannot be reached from here."""
    nodes = lab.required()
    first = next(node for node in nodes if node.running)
    with contextlib.suppress(OSError), socket.create_connection((first.address, EDGE_PORT), timeout=1):
        return [(node.address, EDGE_PORT) for node in nodes]
    return [("127.0.0.1", node.port) for node in nodes]


def team_file(team: str, home: Path = paths.TEAMS) -> Team:
    return read(home / team / "team.yaml")


def watch(deployed: Deployed) -> Watch:
    """A crowd for the stack's first team: it has signed up and made what it will write about."""
    team = team_file(deployed.teams[0], deployed.home)
    ca = deployed.secrets / "ca.crt"
    lab = deployed.lab
    port = next(node.port for node in lab.required() if node.running)
    edge = Edge(port, ca)
    try:
        world = World(edge, team, Inside(deployed))  # type: ignore[arg-type]
        variables, stream = _stream(world, team)
    except AssertionError as problem:
        said = Text.of(problem.args[0])
        raise Failure(f"The users cannot begin: {said}", f"사용자들이 시작할 수 없음: {said.ko}") from None
    finally:
        edge.http.close()
    tls = ssl.create_default_context(cafile=str(ca))
    return Watch(deployed, team, Traffic(addresses(lab), HOST, tls, read_paths(team, variables), stream))


def _stream(world: World, team: Team) -> tuple[Mapping[str, Any], Stream | None]:
    """A thing to read and write about, and who does; no stream where the team's is of another kind."""
    realtime = team.realtime
    writer = world.account(realtime.by)
    variables = {**writer.variables, **world.needed(realtime.needs, writer)}
    if realtime.kind != "sse":
        return variables, None
    return variables, Stream(realtime, variables, writer.headers, world.account(realtime.listener).headers)
