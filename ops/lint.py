"""Checks configuration with the programs that will read it: hadolint, Compose, promtool, nginx, sh."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from ops import engine, images, secrets
from ops.failure import Failure, stop
from ops.paths import PLATFORM, ROOT, TEAMS, teams
from ops.progress import console

MOUNT = "/repository"


def run(title: str, command: list[str], environment: dict[str, str] | None = None) -> bool:
    """Run one check; its output is shown only when it fails."""
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | (environment or {}), capture_output=True, text=True, check=False
    )
    console.print(f"{'[green]✓' if done.returncode == 0 else '[red]✗'}[/] {title}")
    if done.returncode:
        console.print(done.stdout + done.stderr, markup=False)
    return done.returncode == 0


def in_image(image: str, *arguments: str, options: tuple[str, ...] = ()) -> list[str]:
    """A command that runs `arguments` in an image, with the repository mounted read-only."""
    return [
        "docker",
        "run",
        "--rm",
        "--read-only",
        "--tmpfs",
        "/tmp:mode=1777",
        "-v",
        f"{ROOT}:{MOUNT}:ro",
        *options,
        image,
        *arguments,
    ]


def inside(paths: list[Path]) -> list[str]:
    return [f"{MOUNT}/{path.relative_to(ROOT)}" for path in paths]


def dockerfiles() -> bool:
    """hadolint on every Dockerfile."""
    files = sorted([*PLATFORM.glob("images/*/Dockerfile"), *TEAMS.glob("*/*/Dockerfile")])
    return run(f"hadolint: {len(files)} Dockerfiles", ["hadolint", *map(str, files)])


def scripts() -> bool:
    """Shell syntax: dash for sh, bash for the build tools."""
    files = [ROOT / "nox", ROOT / ".ci/run", *PLATFORM.rglob("*.sh"), *ROOT.glob("requirements/*.sh")]
    shells = [("bash" if "bash" in path.read_text().splitlines()[0] else "sh", path) for path in files]
    results = [run(f"{shell} -n {path.relative_to(ROOT)}", [shell, "-n", str(path)]) for shell, path in shells]
    return all(results)


def compose(directory: Path) -> bool:
    """Every team's Compose model renders."""
    good = True
    for team in teams():
        file = TEAMS / team / "compose.yaml"
        command = ["docker", "compose", "--project-name", team, "--file", str(file), "--profile", "*", "config", "-q"]
        good &= run(f"docker compose config: {team}", command, {"SECRETS_DIR": str(directory)})
    return good


def rules() -> bool:
    """promtool checks and tests every rule file."""
    checked = sorted([*PLATFORM.glob("prometheus/*.rules.yml"), *TEAMS.glob("*/monitoring/*.rules.yml")])
    tested = sorted([*PLATFORM.glob("prometheus/*.test.yml"), *TEAMS.glob("*/monitoring/*.test.yml")])
    return run(
        f"promtool check rules: {len(checked)} files",
        in_image("course/promtool:1", "check", "rules", *inside(checked)),
    ) & run(
        f"promtool test rules: {len(tested)} files",
        in_image("course/promtool:1", "test", "rules", *inside(tested)),
    )


def prometheus(directory: Path) -> bool:
    """promtool reads the configuration as Prometheus would find it."""
    mounts = (
        *("-v", f"{PLATFORM}/prometheus:/etc/prometheus:ro"),
        *("-v", f"{directory}/ca.crt:/run/secrets/ca.crt:ro"),
    )
    check = in_image(
        "course/promtool:1", "check", "config", "--syntax-only", "/etc/prometheus/prometheus.yml", options=mounts
    )
    return run("promtool check config", check)


def nginx(directory: Path, file: str) -> bool:
    """nginx -t, with certificates that were made for this check."""
    mounts = (
        *("-v", f"{PLATFORM}/nginx/{file}:/etc/nginx/nginx.conf:ro"),
        *("-v", f"{directory}/ca.crt:/run/secrets/ca.crt:ro"),
        *("-v", f"{directory}/tls/nginx.crt:/run/secrets/tls.crt:ro"),
        *("-v", f"{directory}/tls/nginx.key:/run/secrets/tls.key:ro"),
    )
    return run(f"nginx -t {file}", in_image("course/nginx:1", "-t", options=mounts))


def main() -> int:
    """Run them all; the number of failed ones decides the status."""
    engine.ensure()
    images.build()
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)
        secrets.ensure(directory, teams())
        results = [
            dockerfiles(),
            scripts(),
            compose(directory),
            rules(),
            prometheus(directory),
            nginx(directory, "nginx.conf"),
            nginx(directory, "frontend.conf"),
        ]
    return 0 if all(results) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        stop(failure)
