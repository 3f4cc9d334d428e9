"""A team on a lab of the tests' own, and what its nodes are to it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ops import images, paths, secrets
from ops.stack import Stack
from ops.swarm import deploy, probe, stackfile
from ops.swarm.deploy import Deployed
from ops.swarm.lab import REGISTRY, Node, docker, eventually, temporary


@contextmanager
def on_a_lab(team: str, directory: Path) -> Iterator[Deployed]:
    """The team on a Swarm of three nodes, whole, with secrets of its own in `directory`."""
    if team not in paths.teams():
        pytest.skip(f"{team} is not in this repository")
    secrets.ensure(directory, [team])
    images.build(["lab"])
    Stack(paths.TEAMS / team, project=team, secrets_dir=directory).build()
    with temporary(f"tests-{team}-{os.getpid()}") as lab:
        kernel = probe.probe(lab)
        model = stackfile.model(team, secrets_dir=directory)
        deployed = Deployed(lab, team, [team], secrets=directory)
        deploy.put(
            deployed, stackfile.translate(model, registry=REGISTRY, mesh=kernel.mesh, encrypted=kernel.encrypted)
        )
        yield deployed


def mortal(deployed: Deployed, service: str) -> Node:
    """A node that runs a task of the service and may die: not the database's, and the leader only if no other is left."""
    snapshot = deployed.lab.snapshot()
    ids = {one["ID"] for one in snapshot.services if one["Spec"]["Name"] == deployed.service(service)}
    tasks = [one for one in snapshot.tasks if one["ServiceID"] in ids and one["DesiredState"] == "running"]
    there = {one["NodeID"] for one in tasks}
    found = [one for one in snapshot.nodes if one["ID"] in there and not one["Spec"]["Labels"].get("data")]
    first = min(found, key=lambda one: bool((one.get("ManagerStatus") or {}).get("Leader")))
    return deployed.lab.node(first["Description"]["Hostname"])


@contextmanager
def dead(deployed: Deployed, node: Node) -> Iterator[None]:
    """The node is dead for the block, and afterwards it is back and the stack whole."""
    docker("kill", node.container)
    try:
        yield
    finally:
        docker("start", node.container)
        # Until it is known to be back the others are the whole stack.
        assert eventually(lambda: _ready(deployed, node), 60)
        deploy.wait(deployed)


def _ready(deployed: Deployed, node: Node) -> bool:
    states = {one["Description"]["Hostname"]: one["Status"]["State"] for one in deployed.lab.snapshot().nodes}
    return bool(states[node.name] == "ready")
