"""Tests and checks the TypeScript: `shared/web` and every team's frontend, with the Node that this environment pins.

`python -m ops.web test|check [PACKAGE ...]`
"""

import argparse
import hashlib
import os
import subprocess
import sys
from pathlib import Path

from ops import images
from ops.failure import Failure, stop
from ops.paths import BUILD, ROOT, TEAMS
from ops.progress import console, step


def packages() -> dict[str, Path]:
    """Folders with a package.json by name: `web`, and each team that has a frontend."""
    found = {"web": ROOT / "shared/web"} | {path.parent.name: path for path in sorted(TEAMS.glob("*/frontend"))}
    return {name: folder for name, folder in found.items() if (folder / "package.json").exists()}


def environment() -> dict[str, str]:
    """npm's: behind a proxy that inspects TLS it trusts what every other command trusts."""
    bundle = images.ca_bundle()
    extra = {} if bundle == os.devnull else {"NODE_EXTRA_CA_CERTS": bundle}
    return os.environ | extra | {"npm_config_update_notifier": "false", "CI": "true"}


def install(folder: Path) -> None:
    """`npm ci`, unless what lies there is of this very lock file."""
    wanted = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    stamp = folder / "node_modules/.installed"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    with step(f"npm ci: {folder.relative_to(ROOT)}"):
        done = subprocess.run(
            ["npm", "ci", "--ignore-scripts"],
            cwd=folder,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise Failure(
            f"The packages of {folder.relative_to(ROOT)} cannot be installed:\n{images.tail(done.stderr)}",
            f"{folder.relative_to(ROOT)}의 패키지를 설치하지 못했습니다. 위에 있는 npm 출력을 확인하세요.",
        )
    stamp.write_text(wanted)


def run(what: str, name: str, folder: Path) -> bool:
    """Run one npm script of a package; the tests also write build/web-NAME.xml."""
    command = ["npm", "run", "--silent", what]
    if what == "test":
        file = BUILD / f"web-{name}.xml"
        command += ["--", "--reporter=default", "--reporter=junit", f"--outputFile.junit={file}"]
    console.print(f"{folder.relative_to(ROOT)}: npm run {what}")
    return subprocess.run(command, cwd=folder, env=environment(), check=False).returncode == 0


def main(arguments: list[str]) -> int:
    """1 if a test or a check failed. Raises Failure where the packages cannot be had."""
    parser = argparse.ArgumentParser(prog="ops.web", description=__doc__)
    parser.add_argument("what", choices=["test", "check"])
    parser.add_argument("packages", nargs="*", metavar="PACKAGE")
    asked = parser.parse_args(arguments)
    known = packages()
    if unknown := set(asked.packages) - set(known):
        raise Failure(
            f"There is no package {', '.join(sorted(unknown))}; there are {', '.join(known)}.",
            f"{', '.join(sorted(unknown))} 패키지는 없습니다. 있는 것: {', '.join(known)}.",
        )
    # A frontend imports shared/web, which finds its own packages in its own folder.
    for folder in known.values():
        install(folder)
    results = [run(asked.what, name, known[name]) for name in asked.packages or known]
    return 0 if all(results) else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as failure:
        stop(failure)
