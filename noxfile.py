"""The menu: `./nox --list` shows it, `./nox -s NAME -- ARGUMENTS` runs one."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import nox

# Sessions share two environments, so that the second command does not install again what the first one has.
nox.options.default_venv_backend = "none"
nox.options.sessions = ["grade"]

ROOT = Path(__file__).parent
CHECKED = ["noxfile.py", "ops", "grading", "shared/python", "teams", "tests"]


def python(session: nox.Session, lock: str, *arguments: str) -> None:
    """Run Python with what `requirements/<lock>.txt` locks, installed first where it is not."""
    home = ROOT / ".nox" / lock
    wanted = (ROOT / "requirements" / f"{lock}.txt").read_text()
    stamp = home / "installed.txt"
    if not stamp.exists() or stamp.read_text() != wanted:
        session.log(f"installing requirements/{lock}.txt into .nox/{lock} (once)")
        install(session, home, f"requirements/{lock}.txt")
        stamp.write_text(wanted)
    environment = {
        "PATH": os.pathsep.join([str(home / "bin"), os.environ["PATH"]]),
        "PYTHONPATH": os.pathsep.join(map(str, [ROOT, ROOT / "shared" / "python"])),
        "VIRTUAL_ENV": str(home),
    }
    command = [str(home / "bin" / "python"), *arguments]
    session.log(" ".join(["python", *arguments]))
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | environment) as process:
        # nox would kill what it runs half a second after Ctrl-C, in the middle of its clean-up: wait for it instead.
        before = (
            signal.signal(signal.SIGINT, lambda *_: None),
            signal.signal(signal.SIGTERM, lambda *_: process.terminate()),
        )
        try:
            status = process.wait()
        finally:
            signal.signal(signal.SIGINT, before[0])
            signal.signal(signal.SIGTERM, before[1])
    if status:
        # The status says which of "a check failed" (1) and "could not be done" (2) it was; nox would make both 1.
        raise SystemExit(status)


def install(session: nox.Session, home: Path, lock: str) -> None:
    """Make an environment of exactly what is locked: with uv in a second, without it by venv and pip."""
    if shutil.which("uv"):
        session.run("uv", "venv", "--quiet", "--clear", "--python", sys.executable, str(home), external=True)
        session.run(
            *("uv", "pip", "sync", "--quiet", "--require-hashes", "--python", str(home / "bin" / "python"), lock),
            external=True,
        )
    else:
        session.run(sys.executable, "-m", "venv", "--clear", str(home), external=True)
        session.run(*(str(home / "bin" / "pip"), "install", "--quiet", "--require-hashes", "-r", lock), external=True)


@nox.session
def grade(session: nox.Session) -> None:
    """Build, run, attack, measure and grade: -- [TEAM|PATH ...] [--only ID,ID] [--out DIR] [--lang en|ko]."""
    python(session, "tools", "-m", "grading", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Test everything against a real PostgreSQL, Redis and stack: -- [pytest options]."""
    python(session, "tests", "-m", "ops.engine")
    python(session, "tests", "-m", "ops.images")
    python(session, "tests", "-m", "pytest", *session.posargs)
    if all(word.startswith("-") for word in session.posargs):
        session.notify("web", posargs=[])


@nox.session
def web(session: nox.Session) -> None:
    """Test the TypeScript, shared/web and every frontend, with vitest: -- [PACKAGE ...]."""
    python(session, "tests", "-m", "ops.web", "test", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check code and configuration: ruff, mypy, TypeScript, oxlint, prettier, hadolint, Compose, promtool, nginx."""
    python(session, "tests", "-m", "ruff", "check", *CHECKED)
    python(session, "tests", "-m", "ruff", "format", "--check", *CHECKED)
    python(session, "tests", "-m", "mypy", "ops", "grading", "shared/python/teamkit")
    python(session, "tests", "-m", "ops.lint")
    python(session, "tests", "-m", "ops.web", "check")


@nox.session
def demo(session: nox.Session) -> None:
    """Bring a team up with example data, and print its addresses and accounts: -- TEAM."""
    python(session, "tools", "-m", "ops.demo", "up", *session.posargs)


@nox.session
def down(session: nox.Session) -> None:
    """Remove all that `demo` brought up, its data too: -- [TEAM]."""
    python(session, "tools", "-m", "ops.demo", "down", *session.posargs)


@nox.session
def engine(session: nox.Session) -> None:
    """Bring up a Docker Engine where there is none: -- [--no-install]."""
    python(session, "tools", "-m", "ops.engine", *session.posargs)


@nox.session
def images(session: nox.Session) -> None:
    """Build the platform's images and print their sizes: -- [TARGET ...]."""
    python(session, "tools", "-m", "ops.engine", *session.posargs)
    python(session, "tools", "-m", "ops.images", *session.posargs)


@nox.session
def secrets(session: nox.Session) -> None:
    """Make the passwords, keys and certificates that are missing, under .secrets/."""
    python(session, "tools", "-m", "ops.secrets", *session.posargs)


@nox.session
def scan(session: nox.Session) -> None:
    """Scan a team's images for known vulnerabilities, secrets and misconfiguration: -- TEAM."""
    python(session, "tools", "-m", "grading.scan", *session.posargs)


@nox.session
def lighthouse(session: nox.Session) -> None:
    """Measure a team's pages with Lighthouse, on desktop and phone, against budgets: -- TEAM [PAGE ...] [--device phone]."""
    python(session, "tests", "-m", "grading.lighthouse", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure a team's API beside bare applications of the same framework: -- TEAM."""
    python(session, "tests", "-m", "ops.bench", *session.posargs)


@nox.session
def capacity(session: nox.Session) -> None:
    """Measure what a request costs each part of a stack, for docs/scaling.md: -- [TEAM ...]."""
    python(session, "tests", "-m", "ops.capacity", *session.posargs)


@nox.session
def pages(session: nox.Session) -> None:
    """Write into the documentation's pages what they take from the code."""
    python(session, "tools", "-m", "ops.pages", *session.posargs)


@nox.session
def swarm(session: nox.Session) -> None:
    """Run a real Swarm of several nodes on this machine: -- up [TEAM ...] | status | down | exercise NAME | stack TEAM."""
    python(session, "tools", "-m", "ops.swarm", *session.posargs)
