"""Runs programs with a time limit that holds for their children too."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


class CommandFailed(Exception):
    """A program could not do what the grader asked of it."""

    def __init__(self, command: Sequence[str], code: int | None, output: str) -> None:
        self.command, self.code, self.output = list(command), code, output
        end = "took too long" if code is None else f"ended with {code}"
        super().__init__(f"`{' '.join(command[:6])}` {end}: {output.strip()[-800:]}")


@dataclass(frozen=True)
class Result:
    code: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        return (self.stdout + self.stderr).strip()


def run(
    *command: str,
    timeout: float = 60,
    input: str | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    must: bool = True,
) -> Result:
    """Run a program to its end. Raises CommandFailed after `timeout` seconds or, if it `must` succeed, on failure."""
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE if input is not None else subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=dict(env) if env is not None else None, cwd=cwd, process_group=0,
        text=True, encoding="utf-8", errors="replace",
    )  # fmt: skip
    try:
        stdout, stderr = process.communicate(input, timeout=timeout)
    except subprocess.TimeoutExpired:
        kill(process)
        stdout, stderr = process.communicate()
        raise CommandFailed(command, None, stdout + stderr) from None
    except BaseException:
        kill(process)
        raise
    if must and process.returncode:
        raise CommandFailed(command, process.returncode, stderr or stdout)
    return Result(process.returncode, stdout, stderr)


def stream(
    *command: str,
    tell: Callable[[str], None],
    timeout: float,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Result:
    """Like `run`, and tells every line as it comes."""
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env=dict(env) if env is not None else None, cwd=cwd, process_group=0,
        text=True, encoding="utf-8", errors="replace",
    )  # fmt: skip
    late = threading.Event()

    def expire() -> None:
        late.set()
        kill(process)

    timer = threading.Timer(timeout, expire)
    timer.start()
    lines: list[str] = []
    try:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            tell(line.rstrip())
        process.wait()
    except BaseException:
        kill(process)
        raise
    finally:
        timer.cancel()
        if process.stdout:
            process.stdout.close()
    if late.is_set():
        raise CommandFailed(command, None, "".join(lines))
    return Result(process.returncode, "".join(lines), "")


def kill(process: subprocess.Popen[str]) -> None:
    """End a program and whatever it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(5)


def clean_environment(**more: str) -> dict[str, str]:
    """An environment that gives a submission nothing of the instructor's, yet reaches the same engine."""
    kept = ("PATH", "HOME", "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"LC_ALL": "C.UTF-8"} | more
