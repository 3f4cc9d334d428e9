"""Schemathesis: what no test thought of, made from the API's own document."""

import os
import subprocess
from pathlib import Path

from ops.paths import ROOT
from ops.stack import Stack
from tests.journeys import fuzzing_hooks
from tests.journeys.people import Person

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def fuzz(stack: Stack, by: Person, directory: Path) -> str:
    """What it finds that the document does not say, asking as `by`; "" if nothing."""
    command = [
        *("schemathesis", "run", f"{stack.url}/api/openapi.json", "--tls-verify", str(stack.ca)),
        *("--header", f"Authorization: {by.http.headers['Authorization']}", "--checks", CHECKS),
        # Streams do not end, and who signs out has no more to ask.
        *("--max-examples", "15", "--exclude-path-regex", "stream$|logout"),
        *("--phases", "examples,coverage,fuzzing", "--seed", "1"),
        *("--request-timeout", "20", "--max-time", "150"),
    ]
    hooks = {**os.environ, "PYTHONPATH": str(ROOT), "SCHEMATHESIS_HOOKS": fuzzing_hooks.__name__}
    done = subprocess.run(command, cwd=directory, env=hooks, capture_output=True, text=True, check=False, timeout=400)
    return done.stdout[-6000:] + done.stderr[-2000:] if done.returncode else ""
