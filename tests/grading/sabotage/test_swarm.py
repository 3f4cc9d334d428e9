"""Checks of the Swarm, each against a record or a snapshot of what it must not let pass."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from grading.fixtures import swarm as fixtures
from grading.fixtures.swarm import Deployment
from grading.text import Text
from grading.timeline import Timeline
from ops.swarm.deploy import Deployed
from ops.swarm.exercises import EXERCISES
from ops.swarm.exercises.exercise import Verdict
from ops.swarm.lab import Snapshot
from ops.swarm.traffic import Totals
from ops.swarm.watch import Mark, Record, Row

FINE = Totals(
    reads=400, failed=0, retried=3, slowest=90.0, writes=20, unanswered=0, refused=0, lost=0, doubled=0, uncounted=False, unsaved=0, missed=0, reconnects=1
)  # fmt: skip
BREAK, RECOVERED = Mark(1.0, "break", "it breaks", "고장"), Mark(5.0, "recovered", "whole again", "회복")
NODES = ["n1", "n2", "n3"]
# Which fixture brings what happened to which check.
HAPPENED = {
    "O2.1": ("scaled", "scale"),
    "O3.1": ("killed_task", "kill-container"),
    "O3.2": ("killed_node", "kill-node"),
    "O5.1": ("updated", "update"),
    "O5.2": ("rolled_back", "rollback"),
}


def happened(name, totals=FINE, marks=(BREAK, RECOVERED), problem=None, replicas=(3, 3, 4, 5, 5), down=True):
    rows = [
        Row(second, count, 5, 38, 0, 0, 2, 9.0, 30.0, {"n1": "leader", "n2": "down" if down and second > 2 else "ready"})
        for second, count in enumerate(replicas)
    ]  # fmt: skip
    record = Record(rows, list(marks), totals)
    return Timeline.of(Verdict(EXERCISES[name], record, Text("as it should", "제대로"), problem))


def asked(checks, id, **changes):
    fixture, name = HAPPENED[id]
    return checks[id].function(**{fixture: happened(name, **changes)})


@pytest.mark.parametrize("id", HAPPENED)
def test_what_went_well_passes_with_its_figures(id, checks):
    said = asked(checks, id)

    assert "400 reads, 0 failed  ·  20 writes, 0 lost, 0 doubled" in said


def performed(monkeypatch, *verdicts):
    """The check's verdict when the exercise goes so, time after time; gives the timeline and how often it was performed."""
    left = list(verdicts)
    monkeypatch.setattr(fixtures, "perform", lambda *_, **__: left.pop(0))
    job = SimpleNamespace(doing=lambda *_: None, tell=lambda _: None)
    return fixtures._performed(job, None, "kill-node"), len(verdicts) - len(left)


def went(said="all elsewhere after 17 s", problem=None, **totals):
    record = Record([], [BREAK, RECOVERED], replace(FINE, **totals))
    return Verdict(EXERCISES["kill-node"], record, Text(said, said), problem)


def test_what_only_a_user_noticed_is_tried_once_more_and_told(monkeypatch):
    first, second = (
        went(
            failed=count,
            problem=Text(f"{count} reads failed", f"읽기 {count}건 실패"),
            told="GET /: 504 service_timeout",
        )
        for count in (56, 12)
    )

    well, tries = performed(monkeypatch, first, went(), went())
    again, _ = performed(monkeypatch, first, second, went())

    assert (well.problem, tries) == (None, 2)
    assert "the second try, in the first 56 reads failed" in well.summary
    assert "GET /: 504 service_timeout" in well.summary.ko
    assert "12 reads failed; the second try, in the first 56 reads failed" in again.problem
    assert "12건 실패. 두 번째 시도이며 첫 번째에는 읽기 56건 실패" in again.problem.ko


@pytest.mark.parametrize(
    "first",
    [went(), went(lost=1), went(failed=3, doubled=1), went("", Text("not whole again", "회복되지 않음"), failed=3)],
    ids=["well", "lost", "doubled", "not healed"],
)
def test_what_went_well_or_does_not_hang_on_the_machine_is_not_tried_again(first, monkeypatch):
    _, tries = performed(monkeypatch, first, went())

    assert tries == 1


SPOILT = {
    "a read failed": {"totals": replace(FINE, failed=1)},
    "a write was lost": {"totals": replace(FINE, lost=1)},
    "a write was done twice": {"totals": replace(FINE, doubled=1)},
    "a write was never acknowledged": {"totals": replace(FINE, unanswered=1)},
    "the stream has a gap": {"totals": replace(FINE, missed=1)},
    "it was not verified": {"problem": Text("after 90 s not whole again", "90초가 지나도 회복되지 않음")},
}


@pytest.mark.parametrize("spoilt", SPOILT)
@pytest.mark.parametrize("id", HAPPENED)
def test_what_users_noticed_fails(id, spoilt, checks):
    with pytest.raises(AssertionError) as failure:
        asked(checks, id, **SPOILT[spoilt])

    assert str(failure.value)
    assert failure.value.args[0].ko


@pytest.mark.parametrize("id", ["O3.1", "O3.2", "O5.1", "O5.2"])
@pytest.mark.parametrize("marks", [[RECOVERED], [BREAK]], ids=["nothing broke", "nothing healed"])
def test_without_a_break_or_a_recovery_it_fails(id, marks, checks):
    with pytest.raises(AssertionError):
        asked(checks, id, marks=marks)


def test_replicas_that_never_come_fail(checks):
    with pytest.raises(AssertionError, match="3 replicas became 4, not 5"):
        asked(checks, "O2.1", replicas=(3, 3, 4, 4))


def test_a_node_that_nobody_saw_dead_was_not_killed(checks):
    with pytest.raises(AssertionError, match="no node was seen"):
        asked(checks, "O3.2", down=False)


def test_a_crowd_that_asked_for_nothing_proves_nothing():
    with pytest.raises(RuntimeError, match="asked for nothing"):
        happened("scale", totals=replace(FINE, reads=3))


def snapshot(*, api=("n1", "n2", "n3"), wanted=3, state="running", desired="running", down=()):
    """Managers' words on three nodes, one edge on each, a frontend on two, and an API as told."""
    services, tasks = [], []
    for name, nodes in (("tiny-api", api), ("nginx", NODES), ("tiny-frontend", ("n1", "n3"))):
        number = wanted if name == "tiny-api" else len(nodes)
        mode = {"Replicated": {"Replicas": number}}
        services.append(
            {
                "ID": name,
                "Spec": {"Name": f"tiny_{name}", "Mode": mode, "Labels": {"com.docker.stack.namespace": "tiny"}},
            }
        )
        mine = name == "tiny-api"
        tasks += [
            {
                "ServiceID": name,
                "NodeID": node,
                "DesiredState": desired if mine else "running",
                "Status": {"State": state if mine else "running"},
                "UpdatedAt": "",
            }
            for node in nodes
        ]
    nodes = [
        {
            "ID": name,
            "Description": {"Hostname": name},
            "Status": {"State": "down" if name in down else "ready"},
            "Spec": {"Availability": "active"},
        }
        for name in NODES
    ]
    return Snapshot(nodes, services, tasks)


def deployed(found=None):
    return Deployed(SimpleNamespace(snapshot=lambda: found or snapshot()), "tiny", ["tiny"])


def test_a_deployment_that_failed_fails_with_its_words(checks):
    good = Deployment(deployed(), None, 41.0)
    bad = Deployment(deployed(), Text("tiny-api: 0 of 3", "tiny-api: 3개 중 0개"), 180.0)

    assert "3 services on 3 nodes, healthy 41 s" in checks["O1.1"].function(deployment=good)
    with pytest.raises(AssertionError, match="tiny-api: 0 of 3"):
        checks["O1.1"].function(deployment=bad)


@pytest.fixture
def team(tiny_team):
    return replace(tiny_team, services=replace(tiny_team.services, frontend="tiny-frontend"))


@pytest.mark.parametrize(
    "found",
    [
        snapshot(api=["n2"], wanted=1),
        snapshot(api=["n2", "n2", "n2"]),
        snapshot(state="starting"),
        snapshot(api=["n1", "n2"], down=["n2"]),
    ],
    ids=["one replica", "all on one node", "none healthy", "one of two nodes is down"],
)
def test_what_one_node_could_take_along_fails(found, team, checks):
    with pytest.raises(AssertionError, match="tiny-api runs on"):
        checks["O1.2"].function(swarm=deployed(found), team=team)

    checks["O1.2"].function(swarm=deployed(), team=team)


@pytest.mark.parametrize(
    "found",
    [
        snapshot(api=["n1", "n2", "n3", "n1", "n2"], wanted=5),
        snapshot(state="failed"),
        snapshot(api=["n1", "n2"], wanted=2),
    ],
    ids=["still five", "not healthy", "too few"],
)
def test_what_does_not_scale_back_fails(found, team, checks):
    with pytest.raises(AssertionError):
        checks["O2.2"].function(scaled_back=found, scaled=happened("scale"), swarm=deployed(), team=team)

    checks["O2.2"].function(scaled_back=snapshot(), scaled=happened("scale"), swarm=deployed(), team=team)


@pytest.mark.parametrize("shares", [{"a": 1.5, "b": 1.5, "c": 0.0}, {"a": 1.0}, {}], ids=str)
def test_a_replica_that_nobody_asks_fails(shares, checks):
    with pytest.raises(AssertionError):
        checks["O4.1"].function(shares=shares)

    checks["O4.1"].function(shares={"a": 1.2, "b": 0.7, "c": 1.1})
