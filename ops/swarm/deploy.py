"""Brings teams onto a Swarm: images into the registry, the stack file and its secrets to a manager, and all of it healthy."""

import io
import tarfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grading.text import LANGUAGES, Text
from ops import paths, secrets
from ops.failure import Failure
from ops.progress import step
from ops.stack import Ports, Stack
from ops.swarm import registry as images
from ops.swarm import stackfile
from ops.swarm.lab import REGISTRY, Lab, NoManager, Snapshot, docker, eventually
from ops.swarm.probe import Kernel
from ops.swarm.stackfile import StackFile

HEALTHY_SECONDS = 180
# A registry may be away for a moment; an image that is not there for so long does not come by itself.
ABSENT_SECONDS = 10
STACK_LABEL = "com.docker.stack.namespace"


@dataclass(frozen=True)
class Deployed:
    """A stack on a Swarm, made of `teams`, whose team.yaml lie below `home`, with the secrets of a folder."""

    lab: Lab
    name: str
    teams: list[str]
    secrets: Path = paths.SECRETS
    home: Path = paths.TEAMS

    def service(self, name: str) -> str:
        """Swarm's name of a service of the Compose model."""
        return f"{self.name}_{name}"


def stack_name(teams: list[str]) -> str:
    """One team's stack bears its name; several together are the course's."""
    return teams[0] if len(teams) == 1 else "course"


def build(teams: list[str]) -> None:
    """Secrets and images of the teams, made where they are missing or old."""
    secrets.ensure(paths.SECRETS, paths.teams())
    for team in teams:
        Stack(paths.TEAMS / team, project=team, ports=Ports()).build()


def made(teams: list[str], kernel: Kernel, registry: str = REGISTRY) -> StackFile:
    """The stack file of the teams for a Swarm whose kernel is able to do so much."""
    model = stackfile.together([stackfile.model(team) for team in teams])
    return stackfile.translate(model, registry=registry, mesh=kernel.mesh, encrypted=kernel.encrypted)


def deploy(lab: Lab, teams: list[str], kernel: Kernel) -> Deployed:
    """Push, deploy and wait until every replica is healthy."""
    deployed = Deployed(lab, stack_name(teams), teams)
    put(deployed, made(teams, kernel))
    return deployed


def put(deployed: Deployed, stack: StackFile) -> None:
    """The same for a stack file that is made already."""
    names = sorted({service["image"].removeprefix(f"{REGISTRY}/") for service in stack.content["services"].values()})
    with step(f"pushing {len(names)} images to the lab's registry"):
        images.push(deployed.lab.registry_port(), names)
    with step(f"deploying {deployed.name}"):
        send(deployed.lab, stack, deployed.name)
        wait(deployed)
    with step("pulling on every node what may have to start there"):
        fetch(deployed.lab, movable(stack))


def movable(stack: StackFile) -> list[str]:
    """The images of the services that no constraint binds to a node."""
    services = stack.content["services"].values()
    return sorted({one["image"] for one in services if not one["deploy"].get("placement", {}).get("constraints")})


def fetch(lab: Lab, names: list[str]) -> None:
    """These images on every node that runs, before they are needed there.

    Swarm pulls an image where and when it starts a task of it: after a node's death, when the others have most to do.
    """
    nodes = [node.name for node in lab.nodes() if node.running]

    def pull(node: str) -> None:
        for name in names:
            lab.docker("pull", "--quiet", name, node=node, seconds=180)

    with ThreadPoolExecutor(len(nodes)) as threads:
        list(threads.map(pull, nodes))


def send(lab: Lab, stack: StackFile, name: str, node: str = "") -> None:
    """`docker stack deploy` on a manager; the secrets are in its memory only, and only as long as that takes."""
    manager = lab.node(node) if node else lab.manager()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for path, data in {**stack.files, "stack.yml": stack.text().encode()}.items():
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode = len(data), 0o600
            archive.addfile(entry, io.BytesIO(data))
    # /run is a tmpfs. --detach: the waiting is done here, where it can say what is amiss.
    script = (
        f"mkdir -p /run/stack && cd /run/stack && tar -x && docker stack deploy --detach=true --compose-file stack.yml {name}; "
        "status=$?; rm -rf /run/stack; exit $status"
    )
    docker("exec", "-i", manager.container, "sh", "-c", script, input=packed.getvalue(), seconds=180)


def wait(deployed: Deployed, seconds: float = HEALTHY_SECONDS) -> None:
    """Return once every service has as many healthy tasks as it wants, on nodes that are ready. Failure names what has not."""
    deadline = time.monotonic() + seconds
    absent_since = None
    while True:
        try:
            lacking = unwell(deployed.lab.snapshot(), deployed.name)
        except NoManager:
            lacking = {"?": Text("no manager answers", "응답하는 매니저 없음")}
        if not lacking:
            return
        if absent := next((why for why in lacking.values() if "No such image" in why), ""):
            # Not reset where it is not said: between two tries the task is "preparing", and says nothing.
            absent_since = absent_since or time.monotonic()
            if time.monotonic() - absent_since > ABSENT_SECONDS:
                image = absent.partition("No such image:")[2].strip()
                raise Failure(
                    f"The image {image} is neither on the nodes nor in the registry. Deploy again: ./nox -s swarm -- up",
                    f"{image} 이미지가 노드에도 레지스트리에도 없습니다. 다시 배포하세요: ./nox -s swarm -- up",
                )
        if time.monotonic() > deadline:
            en, ko = (
                "\n".join(f"  {name}: {why.within(language)}" for name, why in sorted(lacking.items()))
                for language in LANGUAGES
            )
            first = min(lacking)
            raise Failure(
                f"Not healthy within {seconds:.0f} s:\n{en}\n"
                f"More: docker exec {deployed.lab.name}-n1 docker service ps --no-trunc {deployed.service(first)}",
                f"{seconds:.0f}초 안에 정상 상태가 되지 않은 서비스가 있습니다.\n{ko}\n"
                f"자세히: docker exec {deployed.lab.name}-n1 docker service ps --no-trunc {deployed.service(first)}",
            )
        time.sleep(0.5)


def unwell(snapshot: Snapshot, stack: str) -> dict[str, Text]:
    """What is missing and, in Swarm's own words, why, by the Compose model's name of a service; empty when all is well.

    Asks the tasks, not `service ls`, which counts a task that only waits for a node.
    """
    ready = {node["ID"] for node in snapshot.nodes if node["Status"]["State"] == "ready"}
    lacking: dict[str, Text] = {}
    for service in services(snapshot, stack):
        tasks = [task for task in snapshot.tasks if task["ServiceID"] == service["ID"]]
        wanted = desired(service, snapshot)
        if "ReplicatedJob" in service["Spec"]["Mode"]:
            iteration = (service.get("JobStatus") or {}).get("JobIteration", {}).get("Index")
            tasks = [task for task in tasks if (task.get("JobIteration") or {}).get("Index") == iteration]
            have = sum(task["Status"]["State"] == "complete" for task in tasks)
        else:
            have = len(running(tasks, ready))
        if have != wanted or updating(service):
            why = _why(tasks)
            lacking[short(service)] = Text(f"{have} of {wanted}{why}", f"{wanted}개 중 {have}개{why}")
    if not services(snapshot, stack):
        return {stack: Text("no such stack", "그런 스택이 없음")}
    return lacking


def services(snapshot: Snapshot, stack: str) -> list[dict[str, Any]]:
    return [one for one in snapshot.services if one["Spec"]["Labels"].get(STACK_LABEL) == stack]


def short(service: dict[str, Any]) -> str:
    name: str = service["Spec"]["Name"]
    return name.partition("_")[2] or name


def desired(service: dict[str, Any], snapshot: Snapshot) -> int:
    mode = service["Spec"]["Mode"]
    if "Replicated" in mode:
        return int(mode["Replicated"]["Replicas"])
    if "Global" in mode:
        return sum(able(one) for one in snapshot.nodes)
    return int((mode.get("ReplicatedJob") or {}).get("TotalCompletions") or 1)


def able(node: dict[str, Any]) -> bool:
    """Whether the node takes tasks."""
    return bool(node["Status"]["State"] == "ready" and node["Spec"]["Availability"] == "active")


def running(tasks: list[dict[str, Any]], nodes: set[str]) -> list[dict[str, Any]]:
    """Tasks that are meant to run, do run (which for one with a health check means healthy), and whose node is ready."""
    return [
        task
        for task in tasks
        if task["DesiredState"] == "running" and task["Status"]["State"] == "running" and task.get("NodeID") in nodes
    ]


def updating(service: dict[str, Any]) -> bool:
    return (service.get("UpdateStatus") or {}).get("State") in ("updating", "rollback_started")


def _why(tasks: list[dict[str, Any]]) -> str:
    """The youngest task's own words."""
    for task in sorted(tasks, key=lambda one: str(one["UpdatedAt"]), reverse=True):
        status = task["Status"]
        if said := status.get("Err") or (status.get("Message") if status["State"] == "pending" else ""):
            return f", {status['State']}: {said}"
    return ""


def level(deployed: Deployed) -> None:
    """Spread the replicas evenly, and wait until all are healthy.

    Swarm moves no task that runs: after a node was away the others go on with its load. But what ends is started
    again where the fewest are, so it is enough to stop what is too much.
    """
    snapshot = deployed.lab.snapshot()
    names = {node["ID"]: node["Description"]["Hostname"] for node in snapshot.nodes if able(node)}
    stopped = set()
    for service in services(snapshot, deployed.name):
        tasks = [one for one in running(snapshot.tasks, set(names)) if one["ServiceID"] == service["ID"]]
        most = -(-len(tasks) // len(names))
        for id, name in names.items():
            for task in [one for one in tasks if one["NodeID"] == id][most:]:
                deployed.lab.docker("stop", task["Status"]["ContainerStatus"]["ContainerID"], node=name)
                stopped.add(task["ID"])
    # What managers have not heard of yet still counts as healthy.
    eventually(lambda: not stopped & {one["ID"] for one in running(deployed.lab.snapshot().tasks, set(names))}, 10)
    wait(deployed)


def remove(deployed: Deployed) -> None:
    """Take the stack away; its volumes stay on their nodes."""
    deployed.lab.docker("stack", "rm", "--detach=false", deployed.name, seconds=120)
