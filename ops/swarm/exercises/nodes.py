"""What several exercises do with nodes."""

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


def back(run: Run, *names: str) -> None:
    """These nodes, and any other that was killed, run again and are ready."""
    dead = [node.name for node in run.lab.nodes() if not node.running]
    for name in dead:
        run.start_node(name)
    waited = {*names, *dead}
    run.until(
        lambda: all(state(run, name) == "ready" for name in waited),
        f"not all of {', '.join(sorted(waited))} come back",
        f"돌아오지 않은 노드가 있음: {', '.join(sorted(waited))}",
        seconds=120,
    )
