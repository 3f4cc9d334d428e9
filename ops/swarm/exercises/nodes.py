"""What several exercises do with nodes."""

import contextlib

from ops.failure import Failure
from ops.swarm.exercises.exercise import Run


def state(run: Run, name: str) -> str:
    """What the managers think of the node: ready, down, unknown."""
    for node in run.lab.snapshot().nodes:
        if node["Description"]["Hostname"] == name:
            return str(node["Status"]["State"])
    return ""


def others(run: Run, name: str) -> list[str]:
    """Names of the running nodes but this one."""
    return [node.name for node in run.lab.nodes() if node.running and node.name != name]


def bystander(run: Run) -> str:
    """A running node that neither leads nor holds the volumes."""
    apart = {run.leader(), run.data_node()}
    return next(node.name for node in run.lab.nodes() if node.running and node.name not in apart)


def managers(run: Run) -> set[str]:
    """Names of the managers that the leader reaches."""
    return {
        str(node["Description"]["Hostname"])
        for node in run.lab.snapshot().nodes
        if (node.get("ManagerStatus") or {}).get("Reachability") == "reachable"
    }


def managing(run: Run) -> None:
    """Wait until every node that is to be a manager is one, with a vote."""
    run.until(
        lambda: (
            {one["Description"]["Hostname"] for one in run.lab.snapshot().nodes if one["Spec"]["Role"] == "manager"}
            == managers(run)
        ),
        "not every manager takes part again",
        "아직 합류하지 않은 매니저가 있음",
    )


def pause(run: Run) -> None:
    """No node takes new tasks: so nothing can recover, and tests see that this is noticed."""
    _all(run, "pause")


def resume(run: Run) -> None:
    """Every node takes tasks again, also one that was drained."""
    _all(run, "active")


def _all(run: Run, availability: str) -> None:
    for node in run.lab.snapshot().nodes:
        if node["Spec"]["Availability"] != availability:
            decide(run, "node", "update", "--availability", availability, node["ID"])


def decide(run: Run, *words: str) -> None:
    """`docker WORDS` on a manager; once more where an election comes in between."""

    def done() -> bool:
        with contextlib.suppress(Failure):
            run.docker(*words)
            return True
        return False

    said = " ".join(words)
    run.until(done, f"nobody does docker {said}", f"docker {said} 명령이 받아들여지지 않음", seconds=60)


def working(run: Run, name: str) -> bool:
    """Whether containers of services still run on the node, whatever the managers think."""
    label = "label=com.docker.swarm.service.name"
    return bool(run.docker("ps", "--quiet", "--filter", label, node=name).split())


def _member(run: Run, name: str) -> bool:
    """Whether the node's own engine runs and is in a Swarm."""
    with contextlib.suppress(Failure):
        return run.docker("info", "--format", "{{.Swarm.LocalNodeState}}", node=name).strip() == "active"
    return False


def back(run: Run, *names: str) -> None:
    """These nodes, and any other that was killed, run again and are ready."""
    dead = [node.name for node in run.lab.nodes() if not node.running]
    for name in dead:
        run.start_node(name)
    waited = {*names, *dead}
    run.until(
        # Both sides are asked: managers call a node that was away for some seconds only ready all the while.
        lambda: all(_member(run, name) and state(run, name) == "ready" for name in waited),
        f"not all of {', '.join(sorted(waited))} come back",
        f"돌아오지 않은 노드가 있음: {', '.join(sorted(waited))}",
        seconds=120,
    )
