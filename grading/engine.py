"""Whether there is an engine that can do the job, and what it is."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from grading.commands import CommandFailed, run
from grading.text import Text
from ops import engine, failure, images

LEAST_DISK = 3 * 10**9


class NoEngine(Exception):
    """Nothing can be run here; says what to type."""

    def __init__(self, en: str, ko: str) -> None:
        self.text = Text(en, ko)
        super().__init__(self.text)


def prepare(tell: Callable[[Text], None]) -> dict[str, Any]:
    """Make sure of the engine and of the platform's images; returns what the report says of the engine."""
    tell(Text("making sure of the engine and the platform's images", "엔진과 플랫폼 이미지를 확인하는 중"))
    # Who names an engine elsewhere wants that one. Else it says itself what to type, and ends with 2.
    try:
        if not os.environ.get("DOCKER_HOST"):
            engine.ensure()
        facts = examine()
        images.build()
    except failure.Failure as problem:
        raise NoEngine(problem.en, problem.ko) from None
    return facts


def examine() -> dict[str, Any]:
    """Version, storage and cgroups of the engine. Raises NoEngine if there is none, or one too old or too full."""
    try:
        info = json.loads(run("docker", "info", "--format", "{{json .}}", timeout=20).stdout)
        compose = run("docker", "compose", "version", "--short").stdout.strip()
    except (CommandFailed, FileNotFoundError, json.JSONDecodeError):
        info, compose = {}, ""
    if not info.get("ServerVersion") or not compose:
        raise NoEngine(
            "No Docker Engine with Compose answers. Type: ./nox -s engine",
            "Compose가 있는 Docker Engine이 응답하지 않습니다. 입력하세요: ./nox -s engine",
        )
    engine.new_enough(info["ServerVersion"], compose)
    root = Path(info["DockerRootDir"])
    if root.is_dir() and shutil.disk_usage(root).free < LEAST_DISK:
        free = shutil.disk_usage(root).free / 1e9
        raise NoEngine(
            f"Only {free:.1f} GB are free on {root}; grading needs {LEAST_DISK / 1e9:.0f}. Type: docker builder prune",
            f"{root}에 {free:.1f} GB만 남았습니다. 채점에는 {LEAST_DISK / 1e9:.0f} GB가 필요합니다. "
            "입력하세요: docker builder prune",
        )
    return {
        "version": info["ServerVersion"],
        "compose": compose,
        "os": info["OperatingSystem"],
        "kernel": info["KernelVersion"],
        "cgroup": info["CgroupVersion"],
        "cpus": info["NCPU"],
        "memory_mb": round(info["MemTotal"] / 1e6),
    }
