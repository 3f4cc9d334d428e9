"""Brings up a Docker Engine and the one base image, by the scripts in `platform/engine`."""

import re
import subprocess
import sys

from ops.failure import Failure, stop
from ops.paths import PLATFORM

# 25: `start_interval` of health checks. Compose 2.24: `include` with more than one path.
OLDEST_ENGINE, OLDEST_COMPOSE = (25, 0), (2, 24)


def ensure(*, install: bool = True) -> None:
    """Return once `docker info` answers, is new enough, and debian:trixie-slim is there.

    Raises Failure where the engine is too old. Exits with status 2 where none can be had; the script has said what to type.
    """
    script("install.sh", *([] if install else ["--no-install"]))
    new_enough(
        said("docker", "version", "--format", "{{.Server.Version}}"), said("docker", "compose", "version", "--short")
    )
    script("base-image.sh")


def script(name: str, *options: str) -> None:
    """Run one of the engine's scripts, or leave with status 2."""
    if subprocess.run(["sh", str(PLATFORM / "engine" / name), *options], check=False).returncode:
        raise SystemExit(2)


def said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def new_enough(engine: str, compose: str) -> None:
    """Compare versions as docker prints them (26.1.5+dfsg1, v2.26.1-4); Failure names the one that is too old."""
    for name, version, oldest in (
        ("Docker Engine", engine, OLDEST_ENGINE),
        ("Docker Compose", compose, OLDEST_COMPOSE),
    ):
        numbers = re.match(r"v?(\d+)\.(\d+)", version)
        if numbers and (int(numbers[1]), int(numbers[2])) >= oldest:
            continue
        wanted = ".".join(map(str, oldest))
        raise Failure(
            f"{name} {version or '(unknown)'} is too old; {wanted} or newer is needed. Update Docker: on Debian 13 "
            "`apt-get install docker.io docker-compose docker-buildx`, elsewhere as https://docs.docker.com/engine/install/ says.",
            f"{name} {version or '(알 수 없음)'} 버전이 너무 오래되었습니다. {wanted} 이상이 필요합니다. Docker를 업데이트하세요.",
        )


def host_address() -> str:
    """The address at which containers of the default network find this machine."""
    words = ["docker", "network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    try:
        ensure(install="--no-install" not in sys.argv[1:])
    except Failure as failure:
        stop(failure)
