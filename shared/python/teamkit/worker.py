"""What a running Celery worker or beat shows of itself: a heartbeat file, and metrics over HTTPS."""

import logging
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

import celery
import redis
from celery import beat, bootsteps, signals
from celery.apps import worker as celery_worker
from celery.exceptions import WorkerLostError
from celery.worker.request import Request
from prometheus_client import start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from teamkit import logs, metrics
from teamkit.settings import CannotStart, Settings

HEARTBEAT_SECONDS = 5
# /tmp/worker.heartbeat and /tmp/beat.heartbeat, unless TMPDIR says otherwise.
WORKER_HEARTBEAT = Path(tempfile.gettempdir(), "worker.heartbeat")
BEAT_HEARTBEAT = Path(tempfile.gettempdir(), "beat.heartbeat")
METRICS_PORT = 9000


def install(app: celery.Celery, settings: Settings) -> None:
    """Make the worker and the beat of this application observable."""
    app.steps["worker"].add(Heartbeat)
    # One line a task is enough, and ours has its duration and its request id.
    logging.getLogger("celery.worker.strategy").setLevel(logging.WARNING)
    logging.getLogger("celery.app.trace").setLevel(logging.CRITICAL)

    # Celery's word on SIGTERM is plain text, past all logging.
    celery_worker.safe_say = lambda message, *_: logs.write_from_signal(message.strip())

    def start_metrics(**_: Any) -> None:
        _forget_the_dead()
        registry = metrics.registry()
        registry.register(QueueLength(app))
        start_http_server(
            int(os.environ.get("METRICS_PORT", METRICS_PORT)),
            registry=registry,
            certfile=settings.tls_cert,
            keyfile=settings.tls_key,
        )

    signals.worker_init.connect(start_metrics, weak=False)


class Heartbeat(bootsteps.StartStopStep):  # type: ignore[misc]
    """Touches a file as long as the worker's loop turns, which it does not without Redis.

    A probe that looks at a file costs 1 ms; `celery inspect ping` costs half a second of CPU.
    """

    requires: ClassVar[set[str]] = {"celery.worker.components:Timer"}

    def start(self, worker: Any) -> None:
        """Beat now and every 5 s."""
        WORKER_HEARTBEAT.touch()
        worker.timer.call_repeatedly(HEARTBEAT_SECONDS, WORKER_HEARTBEAT.touch)

    def stop(self, worker: Any) -> None:
        """No beat, no health."""
        WORKER_HEARTBEAT.unlink(missing_ok=True)


class Scheduler(beat.Scheduler):  # type: ignore[misc]
    """Beats after each round in which Redis answered. Keeps no file: each start counts intervals anew."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due; gives the seconds until the next round."""
        wait: float = super().tick(*args, **kwargs)
        try:
            self.app.teamkit_redis.ping()
            BEAT_HEARTBEAT.touch()
        except redis.RedisError as error:
            logging.getLogger(__name__).warning("beat waits for Redis: %s", error)
        return wait


class MeteredRequest(Request):  # type: ignore[misc]
    """Counts, in the parent, the tasks whose child did not live to count them."""

    def on_timeout(self, soft: bool, timeout: float) -> None:
        """The hard limit ended the child."""
        super().on_timeout(soft, timeout)
        if not soft:
            metrics.TASKS.labels(self.name, "timed_out").inc()

    def on_failure(self, exc_info: Any, *args: Any, **kwargs: Any) -> Any:
        """The child died of something else, likely of memory."""
        if isinstance(exc_info.exception, WorkerLostError):
            metrics.TASKS.labels(self.name, "lost").inc()
        return super().on_failure(exc_info, *args, **kwargs)


class QueueLength(Collector):
    """`task_queue_length{queue}`, asked of Redis when it is scraped."""

    def __init__(self, app: celery.Celery) -> None:
        self._app = app

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """One sample a queue; none while Redis is down, which shows as a gap and not as zero."""
        family = GaugeMetricFamily("task_queue_length", "Tasks that wait for a worker.", labels=["queue"])
        queue = self._app.conf.task_default_queue
        try:
            waiting = self._app.teamkit_redis.llen(f"{self._app.conf.teamkit_prefix}{queue}")
        except redis.RedisError:
            return
        family.add_metric([queue], waiting)
        yield family


def _forget_the_dead() -> None:
    """Drop the figures of processes before this start; Prometheus takes a counter's fall as a restart."""
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if not folder:
        raise CannotStart(
            "PROMETHEUS_MULTIPROC_DIR is not set; a worker's processes add up their figures there (/tmp/metrics).",
            "PROMETHEUS_MULTIPROC_DIR이(가) 없습니다. 워커의 프로세스들이 거기(/tmp/metrics)에서 지표를 합칩니다.",
        )
    for file in Path(folder).glob("*_[0-9]*.db"):
        if not file.stem.endswith(f"_{os.getpid()}"):
            file.unlink()
