"""The process that makes the checks of one submission: `python -m grading.worker`, started by the supervisor only."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import sys
from datetime import date
from pathlib import Path
from types import FrameType, ModuleType

import pytest

from grading import check, team, waivers
from grading.events import teller
from grading.plugin import Job, Plugin
from grading.submission import Submission

PR_SET_PDEATHSIG = 1


def main() -> int:
    _end_with_parent()
    order = json.loads(sys.argv[1])
    submission = Submission(Path(order["root"]), Path(order["folder"]))
    checks = check.load(order["package"])
    with os.fdopen(order["events"], "w", encoding="utf-8") as stream:
        job = Job(
            submission=submission,
            team=team.read(submission.folder / "team.yaml"),
            waivers=waivers.read(submission.folder / "waivers.yaml", set(checks), date.today()),
            owner=order["owner"],
            selected=set(order["selected"]),
            tell=teller(stream),
        )
        return run(job, order["package"])


def run(job: Job, package: str) -> int:
    """Make the selected checks of a package, in this process."""
    import grading.fixtures as fixtures

    arguments = [
        "--pyargs", package, "-c", str(Path(__file__).with_name("pytest.ini")), "--rootdir", str(Path(__file__).parent),
        "-p", "no:cacheprovider", "-p", "no:terminal", "-p", "no:doctest", "--assert=plain", "-o", "python_files=*.py",
    ]  # fmt: skip
    os.environ.pop("PYTEST_ADDOPTS", None)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    modules: list[ModuleType] = fixtures.modules()
    code = pytest.main(arguments, plugins=[Plugin(job), *modules])
    # Checks that fail are not the process's failure; anything else is.
    return 0 if code in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED) else 70


def _end_with_parent() -> None:
    def interrupt(_number: int, _frame: FrameType | None) -> None:
        # Once is enough: fixtures are taken down in its wake.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
