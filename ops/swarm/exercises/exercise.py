"""What an exercise is, and how one is run: setup, break, hints in steps, verify, cleanup."""

import contextlib
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from grading.text import Text, joined
from ops.progress import console
from ops.swarm import deploy
from ops.swarm.deploy import Deployed
from ops.swarm.lab import Lab, NoManager, docker, eventually
from ops.swarm.traffic import Totals
from ops.swarm.watch import Record, Watch, watch

CALM_SECONDS, AFTER_SECONDS = 6.0, 4.0


class NotVerified(Exception):
    """What the exercise wants to see is not there; says what was seen instead."""

    def __init__(self, en: str, ko: str) -> None:
        super().__init__(en)
        self.text = Text(en, ko)


@dataclass
class Run:
    """An exercise under way. `notes` is what a step leaves for a later one."""

    deployed: Deployed
    watch: Watch
    notes: dict[str, Any] = field(default_factory=dict)
    # Tests shorten it where they prevent a recovery.
    patience: float = 120.0

    @property
    def lab(self) -> Lab:
        return self.deployed.lab

    @property
    def api(self) -> str:
        """Swarm's name of the team's API."""
        return self.deployed.service(self.watch.team.services.api)

    def docker(self, *arguments: str, **options: Any) -> str:
        """`docker ARGUMENTS` on a manager."""
        return self.lab.docker(*arguments, **options)

    def tasks(self, service: str = "") -> list[dict[str, Any]]:
        """The service's healthy tasks (of the API, if no other is named)."""
        snapshot = self.lab.snapshot()
        ready = {node["ID"] for node in snapshot.nodes if node["Status"]["State"] == "ready"}
        ids = {one["ID"] for one in snapshot.services if one["Spec"]["Name"] == (service or self.api)}
        return deploy.running([task for task in snapshot.tasks if task["ServiceID"] in ids], ready)

    def spec(self, service: str = "") -> dict[str, Any]:
        """`docker service inspect` of it."""
        name = service or self.api
        found: dict[str, Any] = next(one for one in self.lab.snapshot().services if one["Spec"]["Name"] == name)
        return found

    def node_of(self, task: dict[str, Any]) -> str:
        """Name of the node that a task is on."""
        return self.names()[task["NodeID"]]

    def names(self) -> dict[str, str]:
        """Node id -> name."""
        return {node["ID"]: node["Description"]["Hostname"] for node in self.lab.snapshot().nodes}

    def leader(self) -> str:
        """Name of the leading manager."""
        for node in self.lab.snapshot().nodes:
            if (node.get("ManagerStatus") or {}).get("Leader"):
                return str(node["Description"]["Hostname"])
        raise NoManager

    def data_node(self) -> str:
        """Name of the node that holds the volumes."""
        for node in self.lab.snapshot().nodes:
            if node["Spec"]["Labels"].get("data") == "true":
                return str(node["Description"]["Hostname"])
        raise NoManager

    def kill_node(self, name: str) -> None:
        """Pull the plug of a node."""
        docker("kill", self.lab.node(name).container)

    def start_node(self, name: str) -> None:
        """Plug it in again."""
        docker("start", self.lab.node(name).container)

    def until(self, ask: Callable[[], Any], en: str, ko: str, seconds: float = 0) -> Any:
        """The first answer that is true; NotVerified with the sentence when none comes."""

        def patiently() -> Any:
            try:
                return ask()
            except NoManager:
                return None

        answer = eventually(patiently, seconds or self.patience, every=0.3)
        if not answer:
            raise NotVerified(en, ko)
        return answer

    def healed(self) -> float:
        """Wait until every service is whole again; mark it, and return the seconds since the break."""
        lacking: dict[str, Text] = {}

        def whole() -> bool:
            lacking.clear()
            lacking.update(deploy.unwell(self.lab.snapshot(), self.deployed.name))
            return not lacking

        try:
            self.until(whole, "", "")
        except NotVerified:
            told: list[str] = [Text(f"{name} {why}", f"{name} {why.ko}") for name, why in sorted(lacking.items())]
            names = joined(told or [Text("no manager answers", "응답하는 매니저 없음")], ", ")
            raise NotVerified(
                f"after {self.patience:.0f} s not whole again: {names}",
                f"{self.patience:.0f}초가 지나도 회복되지 않음: {names.ko}",
            ) from None
        healed = self.watch.mark("recovered", "whole again", "회복")
        return healed - (self.watch.record.at("break") or healed)


def nothing(_run: Run) -> None:
    """Nothing to be done."""


@dataclass(frozen=True)
class Exercise:
    """One exercise.

    `predict` is asked before; `prepare` comes before the break, when the crowd is there already; `commands` is what `break_it` does, as a person would type it; `recover` is what is
    left to a person, for what Swarm does not heal by itself. `verify` waits for the good end and looks for the traces
    of the break: it must fail where there was none. `prevent` keeps the recovery from happening; only tests use it.
    `may_fail` is the share of the reads that may fail; with 1 users are meant to notice, and only what was acknowledged counts.
    """

    name: str
    title: Text
    predict: Text
    commands: list[str]
    hints: list[Text]
    break_it: Callable[[Run], None]
    verify: Callable[[Run], Text]
    setup: Callable[[Run], None] = nothing
    prepare: Callable[[Run], None] = nothing
    recover: Callable[[Run], None] = nothing
    cleanup: Callable[[Run], None] = nothing
    prevent: Callable[[Run], None] = nothing
    may_fail: float = 0.0


@dataclass(frozen=True)
class Verdict:
    """How an exercise ended. `problem` is None where it was verified."""

    exercise: Exercise
    record: Record
    said: Text
    problem: Text | None


class Guide:
    """Who leads through an exercise. This one leads nobody and waits for nothing: `--verify`."""

    def before(self, exercise: Exercise) -> None:
        """The question is asked, nothing has happened."""

    def broken(self, exercise: Exercise, run: Run) -> None:
        """It has happened; the person may look around, ask for hints and repair."""
        exercise.recover(run)


def perform(
    exercise: Exercise,
    deployed: Deployed,
    guide: Guide | None = None,
    without: Collection[str] = (),
    patience: float = 120.0,
    calm: float = CALM_SECONDS,
) -> Verdict:
    """Run one exercise on a stack that is whole and evenly spread, and leave it whole. The crowd is there `calm` seconds before the break.

    `without` leaves out steps (`break`, `recover`) or, with `prevented`, keeps the recovery from happening: so tests
    show that `verify` notices.
    """
    guide = guide or Guide()
    deploy.wait(deployed)
    deploy.level(deployed)
    guide.before(exercise)
    run = Run(deployed, watch(deployed), patience=patience)
    said, problem = Text("", ""), None
    try:
        exercise.setup(run)
        console.print(f"… {exercise.title} · {exercise.title.ko}")
        with run.watch:
            try:
                time.sleep(calm)
                exercise.prepare(run)
                if "prevented" in without:
                    exercise.prevent(run)
                if "break" not in without:
                    run.watch.mark("break", str(exercise.title), exercise.title.ko)
                    exercise.break_it(run)
                    if "recover" not in without:
                        guide.broken(exercise, run)
                said = exercise.verify(run)
                time.sleep(AFTER_SECONDS)
            except NotVerified as no:
                problem = no.text
                run.watch.traffic.stop(wait=False)
    finally:
        with contextlib.suppress(NoManager):
            exercise.cleanup(run)
    totals = run.watch.record.totals
    if problem is None and totals:
        problem = harm(totals, exercise.may_fail)
    return Verdict(exercise, run.watch.record, said, problem)


def harm(totals: Totals, may_fail: float = 0.0) -> Text | None:
    """What users noticed that they should not have. What was acknowledged may be lost or doubled by no exercise."""
    if not totals.reads or (totals.unanswered and not totals.writes):
        return Text("nobody was there to notice anything", "알아차릴 사용자가 없었음")
    if totals.uncounted:
        return Text("what was written could not be counted", "쓰기 결과를 셀 수 없었음")
    if totals.lost or totals.doubled:
        return Text(
            f"{totals.lost} acknowledged writes lost, {totals.doubled} done twice",
            f"확인된 쓰기 중 {totals.lost}건 유실, {totals.doubled}건 중복",
        )
    if may_fail < 1 and (totals.failed > may_fail * totals.reads or totals.unanswered or totals.missed):
        told = (f" (most often: {totals.told})", f" (가장 많은 응답: {totals.told})") if totals.told else ("", "")
        return Text(
            f"{totals.failed} reads failed, {totals.unanswered} writes were never acknowledged, the streams missed {totals.missed}{told[0]}",
            f"읽기 {totals.failed}건 실패, 확인받지 못한 쓰기 {totals.unanswered}건, 스트림에서 놓친 이벤트 {totals.missed}건{told[1]}",
        )
    return None


def summary(totals: Totals) -> Text:
    """The numbers in a line."""
    counted = totals.lost is not None
    gone = (
        (f", {totals.unsaved} of after the backup", f", 백업 이후 {totals.unsaved}건") if totals.unsaved else ("", "")
    )
    return Text(
        f"{totals.reads} reads, {totals.failed} failed ({totals.retried} at a second address, the slowest took {totals.slowest / 1000:.1f} s); {totals.writes} writes, "
        + (f"{totals.lost} lost{gone[0]}, {totals.doubled} doubled" if counted else "not counted in a list")
        + f"; streams reconnected {totals.reconnects} times, missed {totals.missed}",
        f"읽기 {totals.reads}건 중 {totals.failed}건 실패({totals.retried}건은 다른 주소에서 응답, 가장 느린 응답 {totals.slowest / 1000:.1f}초), 쓰기 {totals.writes}건, "
        + (f"유실 {totals.lost}{gone[1]}, 중복 {totals.doubled}" if counted else "목록으로 세지 않음")
        + f"; 스트림 재연결 {totals.reconnects}회, 놓친 이벤트 {totals.missed}건",
    )


def show(verdict: Verdict) -> None:
    """Tell a person how it ended."""
    colour, word = ("red", "✗") if verdict.problem else ("green", "✓")
    told = verdict.problem or verdict.said
    console.print(f"[{colour}]{word}[/] {verdict.exercise.name}: {told}\n  {told.ko}")
    if verdict.record.totals:
        line = summary(verdict.record.totals)
        console.print(f"  {line}\n  {line.ko}")
