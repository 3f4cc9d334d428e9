"""Brings up a Docker Engine and the one base image, by the scripts in `platform/engine`."""

import subprocess
import sys

from ops.paths import PLATFORM


def ensure(*, install: bool = True) -> None:
    """Return once `docker info` answers and debian:trixie-slim is there.

    Exits with status 2 where that cannot be; the script has said what to type.
    """
    options = [] if install else ["--no-install"]
    for script in (["install.sh", *options], ["base-image.sh"]):
        done = subprocess.run(["sh", str(PLATFORM / "engine" / script[0]), *script[1:]], check=False)
        if done.returncode:
            raise SystemExit(2)


if __name__ == "__main__":
    ensure(install="--no-install" not in sys.argv[1:])
