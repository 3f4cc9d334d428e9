"""The same figures under the same names in every backend, so that one dashboard serves all four.

With PROMETHEUS_MULTIPROC_DIR set (the worker: a parent and its children) the figures of all
processes are added up; prometheus_client looks at the variable once, when it is imported.
"""

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

if _shared := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    Path(_shared).mkdir(parents=True, exist_ok=True)

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10)

HTTP_REQUESTS = Counter("http_requests_total", "Requests answered.", ["service", "method", "route", "status"])
HTTP_DURATION = Histogram(
    "http_request_duration_seconds",
    "Seconds until the response began.",
    ["service", "method", "route"],
    buckets=_SECONDS,
)
HTTP_IN_PROGRESS = Gauge(
    "http_requests_in_progress", "Requests being answered now.", ["service"], multiprocess_mode="livesum"
)
CACHE_REQUESTS = Counter(
    "cache_requests_total", "Cache look-ups: hit, miss, or error (Redis did not answer).", ["cache", "result"]
)
RATE_LIMITS = Counter(
    "rate_limit_checks_total",
    "Rate limit checks: allowed, refused, or error (let through).",
    ["bucket", "result"],
)
TASK_DURATION = Histogram(
    "task_duration_seconds",
    "Seconds a background task ran.",
    ["task"],
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20),
)
TASKS = Counter("tasks_total", "Background tasks by outcome.", ["task", "state"])
REALTIME = Gauge("realtime_connections", "Open streams and sockets.", multiprocess_mode="livesum")


class RequestMeter:
    """Counts and times requests; a server's adapter calls `start` and `finish` around each."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._in_progress = HTTP_IN_PROGRESS.labels(service)
        self._bound: dict[tuple[str, str, int], tuple[Callable[[], None], Callable[[float], None]]] = {}

    def start(self) -> float:
        """The moment to hand to `finish`."""
        self._in_progress.inc()
        return time.perf_counter()

    def finish(self, started: float, route: str, method: str, status: int) -> float:
        """Count one answered request under its route's template; gives the seconds it took."""
        seconds = time.perf_counter() - started
        self._in_progress.dec()
        if method not in _METHODS:
            # A stranger could make up as many as they like, and each would be a series for ever.
            method = "OTHER"
        # labels() costs more than the increment itself, so each combination is looked up once.
        bound = self._bound.get((method, route, status))
        if bound is None:
            bound = self._bound[method, route, status] = (
                HTTP_REQUESTS.labels(self._service, method, route, str(status)).inc,
                HTTP_DURATION.labels(self._service, method, route).observe,
            )
        bound[0]()
        bound[1](seconds)
        return seconds


def registry() -> CollectorRegistry:
    """What a scrape reads: this process alone, or all that share PROMETHEUS_MULTIPROC_DIR."""
    if not _shared:
        return REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together, _shared)  # type: ignore[no-untyped-call]
    return together


def render() -> tuple[bytes, str]:
    """The exposition's body and its content type."""
    return generate_latest(registry()), CONTENT_TYPE_LATEST


def wsgi_app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """/metrics, and nothing else."""
    if environ.get("PATH_INFO") != "/metrics" or environ.get("REQUEST_METHOD") not in ("GET", "HEAD"):
        start_response("404 Not Found", [("Content-Type", "text/plain"), ("Content-Length", "0")])
        return [b""]
    body, content_type = render()
    start_response("200 OK", [("Content-Type", content_type), ("Content-Length", str(len(body)))])
    return [body]
