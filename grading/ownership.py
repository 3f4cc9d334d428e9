"""Whose things are these? Everything a run starts carries its name, so that it, or a later run, can remove it."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from grading.commands import CommandFailed, run
from ops.swarm import lab

LABEL = "course.grade.run"
DIRECTORY = "course-grade-"


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()[:8]


def _space() -> str:
    # Process ids mean something only inside their namespace.
    return re.sub(r"\D", "", os.readlink("/proc/self/ns/pid"))


def _started(pid: int) -> str | None:
    """When the process began, in clock ticks since boot; None if there is no such process."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else fields[19]


def run_id(pid: int | None = None) -> str:
    """The name of this run: boot, pid namespace, pid and its start time, which together never repeat."""
    pid = pid or os.getpid()
    return f"{_boot()}-{_space()}-{pid}-{_started(pid)}"


def is_dead(run: str) -> bool:
    """Whether the run surely ended. A run that cannot be seen from here is taken as alive."""
    parts = run.split("-")
    if len(parts) != 4:
        return False
    boot, space, pid, started = parts
    if boot != _boot():
        # The same engine, so the same machine: it was started anew since.
        return not os.environ.get("DOCKER_HOST", "unix:").startswith(("tcp:", "ssh:"))
    return space == _space() and _started(int(pid)) != started


def _all(kind: str) -> dict[str, str]:
    """id -> run of every labelled thing of a kind."""
    every = ["-a"] if kind == "container" else []
    listed = run("docker", kind, "ls", *every, "-q", "--filter", f"label={LABEL}").stdout.split()
    found = {}
    for id in dict.fromkeys(listed):
        labels = "{{index .Labels %r}}" if kind in ("network", "volume") else "{{index .Config.Labels %r}}"
        shown = run("docker", kind, "inspect", "-f", labels.replace("%r", f'"{LABEL}"'), id, must=False)
        if shown.code == 0:
            found[id] = shown.stdout.strip()
    return found


def remove(name: str) -> list[str]:
    """Remove all that the run started: containers, then what they used, and its secrets. Returns what was there."""
    return _remove(lambda owner: owner == name)


def remove_leftovers() -> list[str]:
    """Remove what runs left behind that ended without cleaning up."""
    return _remove(is_dead)


def _remove(mine: Callable[[str], bool]) -> list[str]:
    removed = []
    for kind, how in (
        ("container", ["rm", "-f", "-v"]),
        ("network", ["rm"]),
        ("volume", ["rm", "-f"]),
        ("image", ["rm", "-f"]),
    ):
        ids = [id for id, owner in _all(kind).items() if mine(owner)]
        labs = _labs(ids) if kind == "container" else set()
        if ids:
            # Two runs may clean up after the same dead one; the slower finds nothing.
            with contextlib.suppress(CommandFailed):
                run("docker", kind, *how, *ids, timeout=180)
            removed += [f"{kind} {id[:12]}" for id in ids]
        for one in labs:
            lab.forget_cgroups(one)
    for folder in Path(tempfile.gettempdir()).glob(f"{DIRECTORY}*"):
        if mine(folder.name.removeprefix(DIRECTORY).rpartition("-")[0]):
            shutil.rmtree(folder, ignore_errors=True)
            removed.append(folder.name)
    return removed


def _labs(containers: list[str]) -> set[str]:
    """Names of the Swarm labs that these containers are nodes of."""
    if not containers:
        return set()
    shown = run("docker", "inspect", "-f", f'{{{{index .Config.Labels "{lab.LABEL}"}}}}', *containers, must=False)
    return set(shown.stdout.split())


def directory(name: str | None = None) -> Path:
    """A private temporary directory that carries the run's name."""
    return Path(tempfile.mkdtemp(prefix=f"{DIRECTORY}{name or run_id()}-"))
