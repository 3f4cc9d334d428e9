"""The lab: a real Swarm on one machine, each node a container with a Docker Engine of its own."""

import contextlib
import ipaddress
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ops import images
from ops.failure import Failure
from ops.progress import step
from ops.swarm.lookout import Lookout, Silent

LABEL = "course.lab"
NODE_IMAGE, REGISTRY_IMAGE = "course/swarm-node:1", "course/registry:1"
REGISTRY = "registry:5000"
EDGE_PORT = 8443
# Swarm's own networks; apart from what Docker usually gives out, so that a node's two sides never overlap.
OVERLAYS = "10.200.0.0/16"
SUBNETS = [f"10.{number}.0.0/24" for number in range(88, 120)]
# Where `--privileged` is refused (a container that lacks SYS_RESOURCE cannot give it away), this does as well.
UNPRIVILEGED = [
    *("--cap-add", "ALL", "--cap-drop", "SYS_RESOURCE"),
    *("--security-opt", "seccomp=unconfined", "--security-opt", "apparmor=unconfined"),
    *("--security-opt", "systempaths=unconfined", "--device-cgroup-rule", "a *:* rwm"),
    *("--volume", "/sys/fs/cgroup:/sys/fs/cgroup:rw"),
]
NODE_MB, TEAM_MB, NODE_DISK_MB = 150, 900, 1200
NODE_SECONDS = 30
# `docker node update` reads, changes and writes. Where somebody wrote in between (a node's own news do), nothing is done.
STALE, STALE_SECONDS = "update out of sequence", 20
# overlay2 does not work on top of a container's own overlay, so that a node's /var/lib/docker is a volume.
STORAGE = "overlay2"
MOST_NODES = 9
DOWN_SECONDS = 60
# In this order: a network has no nodes any more when it goes.
LISTED = {"container": ["ps", "--all"], "volume": ["volume", "ls"], "network": ["network", "ls"]}
REMOVE = {
    "container": ["rm", "--force", "--volumes"],
    "volume": ["volume", "rm", "--force"],
    "network": ["network", "rm"],
}


@dataclass(frozen=True)
class Node:
    """A machine of the lab. `port` is where this machine reaches its edge, on 127.0.0.1."""

    name: str
    container: str
    address: str
    port: int
    running: bool


@dataclass(frozen=True)
class Snapshot:
    """What the managers say at one moment: `docker inspect` of every node, service and task."""

    nodes: list[dict[str, Any]]
    services: list[dict[str, Any]]
    tasks: list[dict[str, Any]]


class NoManager(Exception):
    """No manager answers: none runs, or too few of them to agree."""


class Lab:
    """The nodes, the network and the registry of one name; several labs may stand beside each other.

    Whatever is made carries `labels`, too. An `isolated` lab reaches nothing outside, and takes ports that nobody knows.
    """

    def __init__(self, name: str = "lab", labels: Mapping[str, str] | None = None, isolated: bool = False) -> None:
        self.name, self.isolated = name, isolated
        pairs = {LABEL: name, **(labels or {})}
        self._labels = [word for key, value in pairs.items() for word in ("--label", f"{key}={value}")]
        self._lookout: Lookout | None = None
        self._looking = threading.Lock()

    # --- up and down -------------------------------------------------------------------------------------------------

    def up(self, nodes: int = 3, managers: int = 3, teams: int = 1) -> None:
        """Start that many nodes, all joined in one Swarm, and a registry; `teams` stacks must have room.

        What was made is removed when any of it fails, Ctrl-C too.
        """
        self.check(nodes, managers, teams)
        pool = ThreadPoolExecutor(nodes + 1)
        with step(f"starting a Swarm of {nodes} nodes, {managers} of them managers"):
            try:
                self._network()
                flags = self._flags()
                ports = free_ports(nodes, first=0 if self.isolated else EDGE_PORT)
                made = [pool.submit(self._registry)]
                made += [pool.submit(self._start, number + 1, port, flags) for number, port in enumerate(ports)]
                for one in made:
                    one.result()
                self._join(managers)
            except BaseException:
                with uninterrupted():
                    # What is being started would come up after its removal.
                    pool.shutdown(cancel_futures=True)
                    self.down()
                raise
        pool.shutdown()

    def down(self) -> bool:
        """Remove everything that carries the lab's label, running or not. False where there was nothing."""
        left = self._left()
        if not left:
            return False
        deadline = time.monotonic() + DOWN_SECONDS
        while left:
            # One may be gone already, and another still come up: somebody was killed while starting it.
            said = [_run(*REMOVE[kind], *ids).stderr for kind, ids in left.items()]
            left = self._left()
            if left and time.monotonic() > deadline:
                raise Failure(
                    f"Not all of the lab {self.name} can be removed:\n{images.tail(''.join(said), 6)}",
                    f"실습 환경 {self.name}을(를) 모두 지우지 못했습니다. 위 메시지를 확인하세요.",
                )
        forget_cgroups(self.name)
        return True

    def _left(self) -> dict[str, list[str]]:
        """Ids of what carries the label, by kind, in the order in which it can be removed."""
        found = {kind: self._labelled(*words, "--quiet") for kind, words in LISTED.items()}
        return {kind: ids for kind, ids in found.items() if ids}

    # --- what there is -----------------------------------------------------------------------------------------------

    def nodes(self) -> list[Node]:
        """The lab's nodes in order, stopped ones too; empty where no lab is up."""
        ids = self._labelled("ps", "--all", "--quiet", "--no-trunc", "--filter", f"label={LABEL}.node")
        found = json.loads(docker("inspect", *ids)) if ids else []
        return sorted((self._node(one) for one in found), key=lambda node: int(node.name[1:]))

    def node(self, name: str) -> Node:
        """The node of that name."""
        for node in self.nodes():
            if node.name == name:
                return node
        raise Failure(f"The lab has no node {name}.", f"실습 환경에 {name} 노드가 없습니다.")

    def required(self) -> list[Node]:
        """The nodes, or the sentence that says how to make some."""
        nodes = self.nodes()
        if not nodes:
            raise Failure(
                "No lab is up. Start one with: ./nox -s swarm -- up blog",
                "실습 환경이 없습니다. 다음으로 시작하세요: ./nox -s swarm -- up blog",
            )
        return nodes

    def docker(self, *arguments: str, node: str = "", input: str | bytes | None = None, seconds: float = 60) -> str:
        """What `docker ARGUMENTS` prints on the node, or on the first manager that can decide."""
        container = f"{self.name}-{node}" if node else self.manager().container
        words = ["exec", *(["-i"] if input is not None else []), container, "docker", *arguments]
        deadline = time.monotonic() + STALE_SECONDS
        while True:
            try:
                return docker(*words, input=input, seconds=seconds)
            except Failure as failure:
                if STALE not in failure.en or time.monotonic() > deadline:
                    raise

    def manager(self) -> Node:
        """A running manager that knows a leader; raises NoManager where there is none."""
        for node in self.nodes():
            if node.running and _said("exec", node.container, "docker", "node", "ls", "--quiet", seconds=5):
                return node
        raise NoManager

    def snapshot(self) -> Snapshot:
        """Nodes, services and tasks, of one moment; raises NoManager where nobody can tell."""
        with self._looking:
            for lookout in self._lookouts():
                try:
                    answers = lookout.ask("nodes", "services?status=true", "tasks")
                except Silent:
                    lookout.close()
                    self._lookout = None
                    continue
                self._lookout = lookout
                return Snapshot(*map(json.loads, answers))
        raise NoManager

    def _lookouts(self) -> Iterator[Lookout]:
        """Who answered last time, then each running node afresh."""
        if self._lookout:
            yield self._lookout
        for node in self.nodes():
            if node.running:
                yield Lookout(node.container)

    def registry_port(self) -> int:
        """The registry's port on 127.0.0.1 of this machine."""
        return int(docker("port", f"{self.name}-registry", "5000/tcp").splitlines()[0].rpartition(":")[2])

    # --- how ---------------------------------------------------------------------------------------------------------

    def check(self, nodes: int, managers: int, teams: int) -> None:
        """Refuse, with a sentence and before anything is made, what cannot be."""
        possible(self.name, nodes, managers)
        if self.nodes():
            raise Failure(
                f"A lab named {self.name} is there already. Remove it first: ./nox -s swarm -- down",
                f"{self.name}(이)라는 실습 환경이 이미 있습니다. 먼저 지우세요: ./nox -s swarm -- down",
            )
        # A lab's own leftovers carry its label, and are removed by `down`; what does not is somebody else's.
        self.down()
        containers = {f"{self.name}-registry", *(f"{self.name}-n{number + 1}" for number in range(nodes))}
        for kind, korean, listing, ours in (
            ("container", "컨테이너", ("ps", "--all", "--format", "{{.Names}}"), containers),
            ("volume", "볼륨", ("volume", "ls", "--format", "{{.Name}}"), containers),
            ("network", "네트워크", ("network", "ls", "--format", "{{.Name}}"), {f"{self.name}-net"}),
        ):
            if taken := sorted(ours.intersection(docker(*listing).split())):
                raise Failure(
                    f"The name {taken[0]} belongs to another {kind}. Remove it, or name the lab otherwise: --name other",
                    f"{taken[0]}은(는) 이미 있는 다른 {korean}의 이름입니다. 그것을 지우거나 실습 환경의 이름을 바꾸세요: --name other",
                )
        _room(nodes * NODE_MB + teams * TEAM_MB, nodes * NODE_DISK_MB)

    def _network(self) -> None:
        """A network with a fixed subnet: a node that was killed must come back at the address that the others know."""
        said = ""
        shut = ["--opt", "com.docker.network.bridge.enable_ip_masquerade=false"] if self.isolated else []
        for subnet in SUBNETS:
            done = _run("network", "create", *self._labels, *shut, "--subnet", subnet, f"{self.name}-net")
            if not done.returncode:
                return
            said = done.stderr
            if "overlap" not in said:
                break
        raise Failure(
            f"The lab's network cannot be made: {said.strip()}",
            "실습 환경의 네트워크를 만들지 못했습니다. 위 메시지를 확인하세요.",
        )

    def _address(self, number: int) -> str:
        config = json.loads(docker("network", "inspect", f"{self.name}-net"))[0]["IPAM"]["Config"][0]
        return str(ipaddress.ip_network(config["Subnet"])[number])

    def _flags(self) -> list[str]:
        """What a container needs here to hold a Docker Engine."""
        trial = ["run", "--rm", "--network", "none", *self._labels, "--entrypoint", "true"]
        for flags in (["--privileged"], UNPRIVILEGED):
            done = _run(*trial, *flags, NODE_IMAGE)
            if not done.returncode:
                return flags
        raise Failure(
            f"This machine lets no container hold a Docker Engine: {done.stderr.strip().splitlines()[-1]}",
            "이 컴퓨터에서는 컨테이너 안에서 Docker Engine을 실행할 수 없습니다.",
        )

    def _registry(self) -> None:
        docker(
            *("run", "--detach", "--name", f"{self.name}-registry", *self._labels),
            *("--network", f"{self.name}-net", "--ip", self._address(10), "--network-alias", "registry"),
            *("--read-only", "--cap-drop", "ALL", "--publish", "127.0.0.1::5000", REGISTRY_IMAGE),
        )

    def _start(self, number: int, port: int, flags: list[str]) -> None:
        name = f"{self.name}-n{number}"
        docker("volume", "create", *self._labels, name)
        docker(
            *("run", "--detach", "--name", name, "--hostname", f"n{number}"),
            *(*self._labels, "--label", f"{LABEL}.node=n{number}"),
            *("--network", f"{self.name}-net", "--ip", self._address(10 + number), "--stop-timeout", "20", *flags),
            # Fresh at each start: dockerd would take the pid file of a node that was killed for another dockerd.
            *("--tmpfs", "/run:exec,mode=755", "--volume", f"{name}:/var/lib/docker"),
            *("--publish", f"127.0.0.1:{port}:{EDGE_PORT}", NODE_IMAGE),
            *("--insecure-registry", REGISTRY, "--cgroup-parent", f"/course-{name}", "--storage-driver", STORAGE),
            # What `security_opt` says in Compose; Swarm has no such key, so a node's engine says it for all containers.
            "--no-new-privileges",
            # Nobody answers there, at once: a name that no service has is not looked for outside.
            *("--dns", self._address(10)),
        )
        over = ("inspect", "--format", "{{if not .State.Running}}over{{end}}", name)

        def engine_id() -> str:
            # Without an engine `docker info` prints an empty line, and the end of a container can hide that it failed.
            return _said("exec", name, "docker", "info", "--format", "{{.ID}}", seconds=5).strip()

        eventually(lambda: engine_id() or _said(*over, seconds=5).strip(), NODE_SECONDS)
        if not engine_id():
            logs = _run("logs", "--tail", "8", name)
            said = images.tail(logs.stdout + logs.stderr, 8)
            raise Failure(
                f"Node n{number} did not start. Its engine said:\n{said}",
                f"n{number} 노드가 시작되지 않았습니다. 위에 있는 엔진의 메시지를 확인하세요.",
            )

    def _join(self, managers: int) -> None:
        first, *others = self.nodes()
        pool = ["--default-addr-pool", OVERLAYS, "--default-addr-pool-mask-length", "24"]
        self.docker("swarm", "init", "--advertise-addr", first.address, *pool, node=first.name)
        token = {
            role: self.docker("swarm", "join-token", "--quiet", role, node=first.name).strip()
            for role in ("manager", "worker")
        }
        # One after the other: two managers that join at once each change what the other must agree to.
        for node in others:
            role = "manager" if int(node.name[1:]) <= managers else "worker"
            join = ["swarm", "join", "--token", token[role], "--advertise-addr", node.address, f"{first.address}:2377"]
            self.docker(*join, node=node.name)
        self.docker("node", "update", "--label-add", "data=true", self.nodes()[-1].name, node=first.name)

    def _node(self, inspected: dict[str, Any]) -> Node:
        network = inspected["NetworkSettings"]["Networks"].get(f"{self.name}-net") or {}
        bindings = inspected["HostConfig"]["PortBindings"].get(f"{EDGE_PORT}/tcp") or [{"HostPort": "0"}]
        return Node(
            name=inspected["Config"]["Labels"][f"{LABEL}.node"],
            container=inspected["Name"].lstrip("/"),
            address=(network.get("IPAMConfig") or {}).get("IPv4Address", ""),
            port=int(bindings[0]["HostPort"]),
            running=inspected["State"]["Running"],
        )

    def _labelled(self, *command: str) -> list[str]:
        return docker(*command, "--filter", f"label={LABEL}={self.name}").split()


def forget_cgroups(name: str) -> None:
    """Control groups outlive a node that was killed, on machines where the nodes share the machine's own."""
    find = f"find /sys/fs/cgroup -depth -type d -path '*/course-{name}-n*' -exec rmdir {{}} + 2>/dev/null; true"
    mount = ["--volume", "/sys/fs/cgroup:/sys/fs/cgroup:rw"]
    _run("run", "--rm", "--network", "none", *mount, "--entrypoint", "sh", NODE_IMAGE, "-c", find)


def docker(*arguments: str, input: str | bytes | None = None, seconds: float = 120) -> str:
    """What `docker ARGUMENTS` prints on this machine. Raises Failure with its last words when it fails."""
    done = _run(*arguments, input=input, seconds=seconds)
    if done.returncode:
        said = images.tail(done.stderr or done.stdout, 6)
        words = " ".join(arguments[:4])
        raise Failure(
            f"docker {words} … failed:\n{said}", f"docker {words} … 명령이 실패했습니다. 위 메시지를 확인하세요."
        )
    return done.stdout


def _said(*arguments: str, seconds: float) -> str:
    """The same for a question that may go unanswered: then nothing."""
    try:
        done = _run(*arguments, seconds=seconds)
    except subprocess.TimeoutExpired:
        return ""
    return "" if done.returncode else done.stdout


def _run(*arguments: str, input: str | bytes | None = None, seconds: float = 120) -> subprocess.CompletedProcess[str]:
    data = input.encode() if isinstance(input, str) else input
    try:
        # In a group of its own: Ctrl-C is for this program, which then takes everything down.
        done = subprocess.run(
            ["docker", *arguments], input=data, capture_output=True, timeout=seconds, check=False, process_group=0
        )
    except FileNotFoundError:
        raise Failure(
            "No Docker Engine answers. Install or start it with: ./nox -s engine",
            "Docker Engine이 응답하지 않습니다. 설치하거나 시작하세요: ./nox -s engine",
        ) from None
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
    )


def eventually(ask: Callable[[], Any], seconds: float, every: float = 0.2) -> Any:
    """The first answer that is true, or the last one when the time is up."""
    deadline = time.monotonic() + seconds
    while not (answer := ask()) and time.monotonic() < deadline:
        time.sleep(every)
    return answer


def possible(name: str, nodes: int, managers: int) -> None:
    """Refuse a name or a number that no lab can have."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", name):
        raise Failure(
            f"{name!r} cannot be a lab's name: small letters, digits and hyphens, at most 40.",
            f"{name!r}은(는) 실습 환경의 이름이 될 수 없습니다. 영어 소문자, 숫자, 하이픈으로 40자까지 쓸 수 있습니다.",
        )
    if not 1 <= managers <= nodes <= MOST_NODES:
        raise Failure(
            f"--nodes {nodes} --managers {managers} cannot be: 1 to {MOST_NODES} nodes, at least one and at most all of them managers.",
            f"--nodes {nodes} --managers {managers}(으)로는 만들 수 없습니다. 노드는 1~{MOST_NODES}개, 매니저는 1개 이상이며 노드 수를 넘을 수 없습니다.",
        )


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Taking things down is short and must end, whoever presses Ctrl-C again."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def in_a_swarm() -> bool:
    """This machine's own engine is a node of a Swarm. No lab has to do with that one."""
    return _said("info", "--format", "{{.Swarm.LocalNodeState}}", seconds=20).strip() not in ("", "inactive")


def free_ports(count: int, first: int = EDGE_PORT) -> list[int]:
    """`first` and those after it where they are free; in place of each that is not (or of all, with 0) any free one."""
    with contextlib.ExitStack() as held:
        return [_free(held, first + number if first else 0) for number in range(count)]


def _free(held: contextlib.ExitStack, wanted: int) -> int:
    for port in (wanted, 0):
        with contextlib.suppress(OSError):
            return int(held.enter_context(socket.create_server(("127.0.0.1", port))).getsockname()[1])
    raise Failure("No port is free on 127.0.0.1.", "127.0.0.1에 사용할 수 있는 포트가 없습니다.")


def _room(memory_mb: int, disk_mb: int) -> None:
    """Refuse before anything is made where memory or disk are short; where neither can be seen, go on."""
    with contextlib.suppress(OSError):
        lines = dict(line.split(":") for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines())
        free = int(lines["MemAvailable"].split()[0]) // 1024
        if free < memory_mb:
            raise Failure(
                f"The lab needs {memory_mb} MB of memory, and {free} MB are free. Take fewer --nodes, or stop something.",
                f"실습 환경에 메모리 {memory_mb}MB가 필요하지만 {free}MB만 남아 있습니다. --nodes를 줄이거나 다른 프로그램을 멈추세요.",
            )
    root = docker("info", "--format", "{{.DockerRootDir}}").strip()
    if os.path.isdir(root):
        free = shutil.disk_usage(root).free // 1_000_000
        if free < disk_mb:
            raise Failure(
                f"The lab needs {disk_mb} MB of disk below {root}, and {free} MB are free. `docker builder prune` frees the build cache.",
                f"실습 환경에는 {root} 아래 디스크 {disk_mb}MB가 필요하지만 {free}MB만 남아 있습니다. `docker builder prune`으로 빌드 캐시를 비우세요.",
            )


@contextlib.contextmanager
def temporary(name: str, nodes: int = 3, managers: int = 3) -> Iterator[Lab]:
    """A lab for the length of a block."""
    lab = Lab(name)
    lab.up(nodes, managers)
    try:
        yield lab
    finally:
        lab.down()
