"""Changes one source file in a copy of the submission and builds again, to see what the cache is worth."""

from __future__ import annotations

import json
import re
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grading.commands import CommandFailed, clean_environment, run
from grading.compose import Place
from grading.screen.files import SKIPPED
from grading.submission import Submission
from grading.text import Text

INSTALLS = re.compile(r"\b(pip3?|uv|poetry|npm|pnpm|yarn|apt-get|apt|apk)\b.*\b(install|sync|ci|add)\b")


@dataclass
class Rebuild:
    file: str
    seconds: float = 0.0
    # Steps that installed something although no dependency had changed.
    installed: list[str] = field(default_factory=list)
    failure: Text | None = None


def source_file(folder: Path) -> Path | None:
    """A source file of the team's own whose change a build must notice."""
    files = [one for one in sorted(folder.glob("backend/**/*.py")) if not {"tests", "migrations"} & set(one.parts)]
    return max(files, key=lambda one: one.stat().st_size, default=None)


def rebuild(submission: Submission, place: Place, model: dict[str, Any], service: str) -> Rebuild | None:
    """Build the service with one line more in one file; None if there is no such file."""
    original = source_file(submission.folder)
    if original is None:
        return None
    copy = place.secrets / "copy"
    shutil.copytree(submission.root, copy, symlinks=True, ignore=shutil.ignore_patterns(*SKIPPED))
    relative = original.relative_to(submission.root)
    with (copy / relative).open("a") as changed:
        changed.write(f"\n# {time.time_ns()}\n")
    build = dict(model["services"][service]["build"])
    for key in ("context", "dockerfile"):
        value = str(build.get(key, ""))
        if value.startswith(str(submission.root)):
            build[key] = str(copy) + value.removeprefix(str(submission.root))
    project = f"{place.project}-again"
    again = {
        "name": project,
        "services": {service: {"image": project, "build": build}},
        "secrets": model.get("secrets") or {},
    }
    file = place.secrets / "again.json"
    file.write_text(json.dumps(again))
    result = Rebuild(str(relative))
    command = ("docker", "compose", "-f", str(file), "-p", project, "--progress", "plain", "build", service)
    began = time.monotonic()
    try:
        done = run(*command, env=clean_environment(BUILDX_NO_DEFAULT_ATTESTATIONS="1"), timeout=120, must=False)
    except CommandFailed:
        result.failure = Text("not rebuilt after 120 s", "120초 안에 다시 빌드되지 않음")
        return result
    finally:
        result.seconds = time.monotonic() - began
        shutil.rmtree(copy, ignore_errors=True)
    if done.code:
        tail = done.output[-300:]
        result.failure = Text(f"does not build: {tail}", f"빌드되지 않음: {tail}")
    result.installed = _installed(done.output)
    return result


def _installed(log: str) -> list[str]:
    """The installing steps of a plain build log that did not come from the cache."""
    steps = dict(re.findall(r"^#(\d+) (\[.*\bRUN\b.*)$", log, re.MULTILINE))
    cached = set(re.findall(r"^#(\d+) CACHED", log, re.MULTILINE))
    return [text[:160] for number, text in steps.items() if number not in cached and INSTALLS.search(text)]
