"""Alive, or also ready: the two questions that a container's supervisor and a load balancer ask."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from teamkit.logs import reason

TIMEOUT = 1.0


class Health:
    """Answers for one service. `checks` maps a dependency's name to a function that raises when it is down.

    The checks run side by side and are waited for 1 s together, so that a reply never takes longer.
    """

    def __init__(self, checks: Mapping[str, Callable[[], None]]) -> None:
        self._probes = {name: _Probe(check) for name, check in checks.items()}

    def live(self) -> tuple[int, dict[str, Any]]:
        """200 as long as the process can answer; touches no dependency, whose outage no restart would cure."""
        return 200, {"status": "ok"}

    def ready(self) -> tuple[int, dict[str, Any]]:
        """200, or 503 with the names of what is down and why."""
        runs = {name: probe.run() for name, probe in self._probes.items()}
        deadline = time.monotonic() + TIMEOUT
        checks = {name: run.answer(deadline) for name, run in runs.items()}
        healthy = all(answer == "ok" for answer in checks.values())
        return (200 if healthy else 503), {"status": "ok" if healthy else "down", "checks": checks}


class _Run:
    def __init__(self, check: Callable[[], None]) -> None:
        self._check = check
        self._answer = ""
        self.done = threading.Event()
        threading.Thread(target=self._work, name="health", daemon=True).start()

    def _work(self) -> None:
        try:
            self._check()
            self._answer = "ok"
        except Exception as error:
            self._answer = f"down: {reason(error)}"[:200]
        finally:
            self.done.set()

    def answer(self, deadline: float) -> str:
        if self.done.wait(max(0.0, deadline - time.monotonic())):
            return self._answer
        return f"down: no answer within {TIMEOUT:g} s"


class _Probe:
    """One run of a check at a time: callers that come meanwhile share it, and a hanging one piles nothing up."""

    def __init__(self, check: Callable[[], None]) -> None:
        self._check, self._lock = check, threading.Lock()
        self._run: _Run | None = None

    def run(self) -> _Run:
        with self._lock:
            if self._run is None or self._run.done.is_set():
                self._run = _Run(self._check)
            return self._run
