"""Renders a submission's Compose model, and makes of it the one that is run: nothing is run that was not screened."""

from __future__ import annotations

import copy
import socket
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from grading.commands import clean_environment, run
from grading.ownership import LABEL
from grading.submission import Submission

# What a service gets that sets no limit, so that it cannot take the machine along. Odd on purpose: P4 tells them apart.
CEILING_MEMORY = 2147479552
CEILING_PIDS = 2047

# What a stack publishes where nothing else is asked for; on a machine of its own, a node of a Swarm, nobody needs to ask.
USUAL_PORTS = {"EDGE_HTTP_PORT": 8080, "EDGE_HTTPS_PORT": 8443, "PROMETHEUS_PORT": 9090, "GRAFANA_PORT": 3001}
PORT_VARIABLES = tuple(USUAL_PORTS)


@dataclass(frozen=True)
class Place:
    """Where one stack runs: its project's name, its ports, its secrets, the run that owns it."""

    project: str
    owner: str
    secrets: Path
    ports: dict[str, int]
    build_secrets: dict[str, Path] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        ports = {name: str(port) for name, port in self.ports.items()}
        bundles = {name.upper(): str(path) for name, path in self.build_secrets.items()}
        return clean_environment(COMPOSE_PROJECT_NAME=self.project, SECRETS_DIR=str(self.secrets), **ports, **bundles)

    def on_nodes(self) -> Place:
        """The same, for machines whose ports are all free."""
        return replace(self, ports=USUAL_PORTS)


def free_ports() -> dict[str, int]:
    """Ports that nobody uses now, all different."""
    sockets = {name: socket.socket() for name in PORT_VARIABLES}
    try:
        for one in sockets.values():
            one.bind(("127.0.0.1", 0))
        return {name: one.getsockname()[1] for name, one in sockets.items()}
    finally:
        for one in sockets.values():
            one.close()


def render(submission: Submission, place: Place) -> dict[str, Any]:
    """The model as Compose understands it. Raises CommandFailed if it does not."""
    command = (
        "docker", "compose", "-f", str(submission.compose_file), "--project-directory", str(submission.folder),
        "-p", place.project, "--env-file", "/dev/null", "--profile", "*", "config",
    )  # fmt: skip
    environment = place.environment
    if (submission.folder / "monitoring").is_dir():
        environment["TEAM_MONITORING"] = str(submission.folder / "monitoring")
    result = run(*command, env=environment, cwd=submission.folder, timeout=30)
    # As YAML: in its JSON Compose leaves `x-` keys out.
    model: dict[str, Any] = yaml.safe_load(result.stdout)
    return model


def to_run(model: dict[str, Any], place: Place) -> dict[str, Any]:
    """The screened model with the run's labels, ports on the loopback only, no way to the internet, and ceilings."""
    model = copy.deepcopy(model)
    for service in model["services"].values():
        _label(service, place.owner)
        if service.get("build"):
            _label(service["build"], place.owner)
        for port in service.get("ports") or []:
            port["host_ip"] = "127.0.0.1"
        _ceilings(service)
    model.setdefault("networks", {}).setdefault("default", {"name": f"{place.project}_default"})
    for network in model["networks"].values():
        _label(network, place.owner)
        network.setdefault("driver_opts", {})["com.docker.network.bridge.enable_ip_masquerade"] = "false"
    for volume in (model.get("volumes") or {}).values():
        _label(volume, place.owner)
    return model


def to_deploy(model: dict[str, Any], services: list[str]) -> dict[str, Any]:
    """The screened model of these services for a Swarm, with the same ceilings."""
    model = copy.deepcopy(model)
    model["services"] = {name: service for name, service in model["services"].items() if name in services}
    for service in model["services"].values():
        _ceilings(service)
    return model


def _label(thing: dict[str, Any], owner: str) -> None:
    labels = thing.get("labels") or {}
    if isinstance(labels, list):
        labels = dict(one.partition("=")[::2] for one in labels)
    thing["labels"] = labels | {LABEL: owner}


def _ceilings(service: dict[str, Any]) -> None:
    limits = service.setdefault("deploy", {}).setdefault("resources", {}).setdefault("limits", {})
    if not limits.get("memory") and not service.get("mem_limit"):
        limits["memory"] = str(CEILING_MEMORY)
    if not limits.get("pids") and not service.get("pids_limit"):
        limits["pids"] = CEILING_PIDS
    service.setdefault("logging", {"driver": "json-file", "options": {"max-size": "50m", "max-file": "2"}})
