"""What the kernel says of a process: identity, capabilities, limits. Not what a YAML file says of it."""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

from grading.check import NotChecked
from grading.text import Text


@dataclass(frozen=True)
class Process:
    pid: int
    name: str
    uid: int
    capabilities: int
    no_new_privileges: bool
    seccomp: int


# Docker starts a health check with more rights, takes them away and only then runs it: a few milliseconds.
STARTING, STARTING_SECONDS = "runc:[", 2


def process(pid: int) -> Process | None:
    """What /proc tells of a process; None if it has ended. One that is being started is looked at when it runs.

    Not for longer: a name can be chosen by whoever wants to be overlooked.
    """
    deadline = time.monotonic() + STARTING_SECONDS
    while (found := _status(pid)) and found.name.startswith(STARTING) and time.monotonic() < deadline:
        time.sleep(0.02)
    return found


# What reading /proc/<pid>/... raises when the process has just ended.
GONE = (FileNotFoundError, ProcessLookupError)


def _status(pid: int) -> Process | None:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return None
    status = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
    return Process(
        pid=pid,
        name=status["Name"],
        # The effective one of real, effective, saved, file system.
        uid=int(status["Uid"].split()[1]),
        capabilities=int(status["CapEff"], 16) | int(status["CapPrm"], 16),
        no_new_privileges=status.get("NoNewPrivs", "0").strip() == "1",
        seccomp=int(status.get("Seccomp", "0")),
    )


def require(pid: int, container: str) -> None:
    """The engine's processes must be visible from here, and this pid be the container's own."""
    cgroup = Path(f"/proc/{pid}/cgroup")
    if not cgroup.exists() or container[:12] not in _mounts_and_cgroup(pid):
        raise NotChecked(
            Text(
                "The containers' processes cannot be seen from here (engine in a virtual machine or on another host).",
                "컨테이너의 프로세스를 여기서 볼 수 없습니다(엔진이 가상 머신이나 다른 호스트에 있음).",
            )
        )


def _mounts_and_cgroup(pid: int) -> str:
    text = Path(f"/proc/{pid}/cgroup").read_text()
    with contextlib.suppress(OSError):
        # With cgroup namespaces the path is `/`; the mounts of /etc/hosts name the container still.
        text += Path(f"/proc/{pid}/mountinfo").read_text()
    return text


def pids_of(pid: int) -> list[int]:
    """All processes in the container whose first is `pid`; none if that has ended meanwhile."""
    found = []
    try:
        groups = _groups(pid, "pids")
    except GONE:
        return []
    for group in groups:
        try:
            found = [int(one) for one in (group / "cgroup.procs").read_text().split()]
        except OSError:
            continue
        if found:
            return found
    raise NotChecked(Text("The container's cgroup cannot be read.", "컨테이너의 cgroup을 읽을 수 없습니다."))


def _groups(pid: int, controller: str) -> list[Path]:
    """Directories where the controller's files of the process may be: version 1, hybrid, version 2."""
    candidates = []
    root = Path("/sys/fs/cgroup")
    for line in Path(f"/proc/{pid}/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if controller in controllers.split(","):
            candidates.append(root / controllers / path.lstrip("/"))
            candidates.append(root / controller / path.lstrip("/"))
        elif controllers == "":
            candidates.append(root / path.lstrip("/"))
            candidates.append(root / "unified" / path.lstrip("/"))
    return [path for path in candidates if path.is_dir()]


@dataclass(frozen=True)
class Limits:
    """None: unlimited. Memory in bytes, cpus in cores."""

    memory: int | None
    swap: int | None
    pids: int | None
    cpus: float | None


UNLIMITED = 1 << 60


def limits(pid: int) -> Limits:
    """The limits that the kernel holds the process's container to."""
    memory = _number(pid, "memory", "memory.limit_in_bytes", "memory.max")
    both = _number(pid, "memory", "memory.memsw.limit_in_bytes")
    swap = _number(pid, "memory", "memory.swap.max")
    return Limits(
        memory=memory,
        swap=(both - memory) if both is not None and memory is not None else swap,
        pids=_number(pid, "pids", "pids.max"),
        cpus=_cpus(pid),
    )


def _read(pid: int, controller: str, *names: str) -> str | None:
    for group in _groups(pid, controller):
        for name in names:
            try:
                return (group / name).read_text().strip()
            except OSError:
                continue
    return None


def _number(pid: int, controller: str, *names: str) -> int | None:
    text = _read(pid, controller, *names)
    if text is None or text in ("max", "-1") or int(text) >= UNLIMITED:
        return None
    return int(text)


def _cpus(pid: int) -> float | None:
    text = _read(pid, "cpu", "cpu.max")
    if text is not None:
        quota, period = text.split()
        return None if quota == "max" else int(quota) / int(period)
    quota, period = _read(pid, "cpu", "cpu.cfs_quota_us") or "-1", _read(pid, "cpu", "cpu.cfs_period_us") or "100000"
    return None if int(quota) <= 0 else int(quota) / int(period)


def memory_in_use(pid: int) -> int | None:
    """Bytes that the container uses now, page cache that can be given back not counted."""
    usage = _number(pid, "memory", "memory.usage_in_bytes", "memory.current")
    stat = _read(pid, "memory", "memory.stat")
    if usage is None or stat is None:
        return None
    figures = dict(line.split() for line in stat.splitlines())
    return max(0, usage - int(figures.get("total_inactive_file", figures.get("inactive_file", "0"))))


def out_of_memory_kills(pid: int) -> int:
    """How many of the container's processes the kernel killed for want of memory. 0 if `pid` has ended meanwhile.

    A container that ended takes its counter with it; the engine's `OOMKilled` and restarts tell of it then.
    """
    try:
        text = _read(pid, "memory", "memory.oom_control", "memory.events") or ""
    except GONE:
        return 0
    figures = dict(line.split() for line in text.splitlines())
    return int(figures.get("oom_kill", "0"))


def processor_seconds(pid: int) -> float:
    """Seconds of processor time that the container has used so far."""
    nanoseconds = _read(pid, "cpuacct", "cpuacct.usage")
    if nanoseconds is not None:
        return int(nanoseconds) / 1e9
    figures = dict(line.split() for line in (_read(pid, "cpu", "cpu.stat") or "").splitlines())
    return int(figures.get("usage_usec", "0")) / 1e6


def machine_seconds() -> tuple[float, float]:
    """Seconds of processor time that the whole machine has spent busy, and in all, over all cores."""
    fields = [int(one) for one in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    idle = fields[3] + fields[4]
    ticks = os.sysconf("SC_CLK_TCK")
    return (sum(fields) - idle) / ticks, sum(fields) / ticks
