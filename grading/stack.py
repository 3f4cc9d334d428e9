"""The running stack of a submission: its containers, asked and disturbed from outside."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from grading import kernel
from grading.check import NotChecked
from grading.commands import CommandFailed, Result, clean_environment, run
from grading.compose import Place
from grading.ownership import LABEL
from grading.text import Text

Value = TypeVar("Value")

# The image that the grader's own probes run in: Python's standard library and nothing else.
PROBE_IMAGE = "course/python:1"


@dataclass(frozen=True)
class Container:
    """A container as `docker inspect` shows it at this moment."""

    id: str
    service: str
    name: str
    pid: int
    state: str
    exit_code: int
    health: str | None
    restarts: int
    inspected: dict[str, Any]

    @property
    def running(self) -> bool:
        return self.state == "running"

    @property
    def well(self) -> bool:
        """Healthy, running without a health check, or done without an error."""
        return (self.running and self.health in (None, "healthy")) or (self.state == "exited" and self.exit_code == 0)

    def address(self, network: str) -> str | None:
        for name, entry in self.inspected["NetworkSettings"]["Networks"].items():
            if name.endswith(f"_{network}"):
                return str(entry["IPAddress"]) or None
        return None


class Stack:
    def __init__(self, place: Place, model: dict[str, Any], file: Path, services: list[str]) -> None:
        self.place, self.model, self.file = place, model, file
        # Services that were started: not those of a profile whose image cannot be had.
        self.services = services

    def compose(self, *arguments: str, timeout: float = 120, must: bool = True) -> Result:
        command = ("docker", "compose", "-f", str(self.file), "-p", self.place.project, "--profile", "*", *arguments)
        return run(*command, env=clean_environment(), timeout=timeout, must=must)

    def containers(self, *services: str, all: bool = False) -> list[Container]:
        """The stack's containers, those of one-shot services only if `all`."""
        flags = ["-a"] if all else []
        filters = ["--filter", f"label=com.docker.compose.project={self.place.project}"]
        ids = run("docker", "ps", *flags, "-q", "--no-trunc", *filters).stdout.split()
        found = (
            [_container(one) for one in json.loads(run("docker", "inspect", *ids, must=False).stdout)] if ids else []
        )
        # One that is about to start again has no process to look at.
        found = [one for one in found if all or one.pid]
        return sorted((one for one in found if not services or one.service in services), key=lambda one: one.name)

    def visible(self) -> list[Container]:
        """The running containers, whose processes /proc shows. NotChecked where the engine's processes are not to be seen.

        One that starts over at this moment is left out; that it does so is for A1.1 to say.
        """
        found = []
        for container in self.containers():
            try:
                kernel.require(container.pid, container.id)
            except NotChecked:
                if any(now.pid == container.pid for now in self.containers(container.service)):
                    raise
            else:
                found.append(container)
        return found

    def container(self, service: str) -> Container:
        """The (first) container of a service. NotChecked if there is none."""
        if service not in self.services:
            raise NotChecked(Text(f"There is no service {service}.", f"{service} 서비스가 없습니다."))
        found = self.containers(service)
        if not found:
            raise NotChecked(Text(f"{service} is not running.", f"{service}이(가) 실행 중이 아닙니다."))
        return found[0]

    def published(self, service: str) -> list[str]:
        """`address:port` of every port that the service's containers give to the host."""
        bindings = [
            one for container in self.containers(service)
            for entries in (container.inspected["NetworkSettings"]["Ports"] or {}).values() for one in entries or []
        ]  # fmt: skip
        return sorted({f"{one['HostIp']}:{one['HostPort']}" for one in bindings})

    def execute(
        self, service: str, *command: str, input: str | None = None, timeout: float = 20, must: bool = False
    ) -> Result:
        """Run a program of the image inside the service's container."""
        flags = ["-i"] if input is not None else []
        id = self.container(service).id
        return run("docker", "exec", *flags, id, *command, input=input, timeout=timeout, must=must)

    def inside(self, network: str, code: str, *arguments: str, timeout: float = 30) -> Result:
        """Run Python code of the grader's in a container of its own on one of the stack's networks."""
        full = next((one["name"] for key, one in self.model["networks"].items() if key == network), None)
        if full is None:
            raise NotChecked(Text(f"There is no network {network}.", f"{network} 네트워크가 없습니다."))
        return run(
            "docker", "run", "--rm", "-i", "--network", full, "--label", f"{LABEL}={self.place.owner}",
            "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--memory", "128m", "--pids-limit", "64",
            "-v", f"{self.place.secrets / 'ca.crt'}:/ca.crt:ro", "--entrypoint", "/usr/bin/python3", "--no-healthcheck",
            PROBE_IMAGE, "-", *arguments, input=code, timeout=timeout, must=False,
        )  # fmt: skip

    def logs(self, service: str, since: str = "") -> list[str]:
        """The lines that the service's containers have written, standard output and error alike."""
        lines: list[str] = []
        for container in self.containers(service, all=True):
            flags = ["--since", since] if since else []
            result = run("docker", "logs", *flags, container.id, timeout=30, must=False)
            lines += [line for line in (result.stdout + result.stderr).splitlines() if line.strip()]
        return lines

    def secret(self, name: str) -> str:
        """The value of a secret that was made for this run."""
        return (self.place.secrets / name).read_text().strip()

    def wait_well(self, *services: str, timeout: float = 90) -> None:
        """Wait until these services (all, if none is named) are well. Raises Unwell after `timeout` seconds."""
        wanted = services or tuple(self.services)
        deadline = time.monotonic() + timeout
        while True:
            containers = self.containers(*wanted, all=True)
            missing = [name for name in wanted if not any(one.service == name for one in containers)]
            sick = [one for one in containers if not one.well]
            if not sick and not missing:
                return
            if time.monotonic() > deadline or any(_hopeless(one) for one in sick):
                raise Unwell(self, missing, sick)
            time.sleep(0.25)

    def restart(self, *services: str, timeout: float = 90) -> None:
        self.compose("restart", "-t", "15", *services, timeout=timeout)
        self.wait_well(*services, timeout=timeout)

    @contextlib.contextmanager
    def stopped(self, service: str) -> Iterator[None]:
        """The service is down in the block, and well again afterwards, with all that depends on it."""
        self.compose("stop", "-t", "10", service)
        try:
            yield
        finally:
            self.compose("start", service)
            self.wait_well()

    @contextlib.contextmanager
    def scaled(self, service: str, replicas: int) -> Iterator[None]:
        """The service has so many replicas in the block, and one afterwards."""
        arguments = ("up", "-d", "--no-build", "--no-recreate", "--no-deps", "--scale")
        self.compose(*arguments, f"{service}={replicas}", service)
        try:
            self.wait_well(service)
            yield
        finally:
            self.compose(*arguments, f"{service}=1", service)
            self.wait_well()

    def database(self, sql: str, name: str, timeout: float = 20) -> str:
        """What PostgreSQL's superuser gets for a query, unaligned, without headers."""
        postgres = ("psql", "-h", "/tmp", "-U", "postgres", "-d", name, "-v", "ON_ERROR_STOP=1", "-XAtq", "-c", sql)
        return self.execute("postgres", *postgres, timeout=timeout, must=True).stdout.strip()


class Unwell(AssertionError):
    """Services did not become well; the message is their state and the end of their logs."""

    def __init__(self, stack: Stack, missing: list[str], sick: list[Container]) -> None:
        parts = [f"{name}: no container" for name in missing]
        for one in sick[:3]:
            tail = " | ".join(stack.logs(one.service)[-3:])[-600:]
            state = f"exited with {one.exit_code}" if one.state == "exited" else (one.health or one.state)
            parts.append(f"{one.service}: {state}; log: {tail or '(empty)'}")
        super().__init__("; ".join(parts))


def _hopeless(container: Container) -> bool:
    failed = container.state == "exited" and container.exit_code != 0
    return failed or container.state in ("dead", "removing") or container.restarts >= 5


def _container(inspected: dict[str, Any]) -> Container:
    state = inspected["State"]
    return Container(
        id=inspected["Id"],
        service=inspected["Config"]["Labels"].get("com.docker.compose.service", ""),
        name=inspected["Name"].lstrip("/"),
        pid=state["Pid"],
        state=state["Status"],
        exit_code=state["ExitCode"],
        health=(state.get("Health") or {}).get("Status"),
        restarts=inspected["RestartCount"],
        inspected=inspected,
    )


def eventually(ask: Callable[[], Value], seconds: float, every: float = 0.2) -> Value:
    """Ask until the answer is true, at most so many seconds; returns the last answer. A failed command is a no."""
    deadline = time.monotonic() + seconds
    while True:
        with contextlib.suppress(CommandFailed):
            answer = ask()
            if answer or time.monotonic() > deadline:
                return answer
        if time.monotonic() > deadline:
            return ask()
        time.sleep(every)
