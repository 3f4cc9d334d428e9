"""Renders a submission's Compose model, and makes of it the one that is run: nothing is run that was not screened."""

from __future__ import annotations

import copy
import json
import socket
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grading.commands import clean_environment, run
from grading.ownership import LABEL
from grading.submission import Submission

# What a service gets that sets no limit, so that it cannot take the machine along. Odd on purpose: P4 tells them apart.
CEILING_MEMORY = 2147479552
CEILING_PIDS = 2047

PORT_VARIABLES = ("EDGE_HTTP_PORT", "EDGE_HTTPS_PORT", "PROMETHEUS_PORT", "GRAFANA_PORT")


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
        "-p", place.project, "--env-file", "/dev/null", "--profile", "*", "config", "--format", "json",
    )  # fmt: skip
    environment = place.environment
    if (submission.folder / "monitoring").is_dir():
        environment["TEAM_MONITORING"] = str(submission.folder / "monitoring")
    result = run(*command, env=environment, cwd=submission.folder, timeout=30)
    model: dict[str, Any] = json.loads(result.stdout)
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
