"""Background work that survives the death of the worker.

With Redis as the broker a worker takes a task off the queue and notes it as unacknowledged. If the
worker dies, nobody tells Redis: another worker, or the same one after its restart, gives the task
back to the queue when it has been unacknowledged for the *visibility timeout*. So that timeout is how
long a lost task waits, and it is kept short; and no live task may last longer, or it would run twice,
so a hard time limit ends tasks well before. With the defaults: at most 12 s of work, a lost task
starts again after 30 to 35 s. If only the child that runs the task dies (out of memory), its parent
gives the task back at once (`task_reject_on_worker_lost`).

Every task may therefore run twice and must be idempotent: look whether the work is done, then do it.
And one that kills its worker comes back: after `MAX_DELIVERIES` it is given up, see `Task.on_abandoned`.
Between the moment Redis hands a task over and the worker's note lies less than a millisecond in which
a `kill -9` loses it: rows that wait for a task need a periodic task that enqueues them again.

Start a worker and a beat (exec form; both stop on SIGTERM when the current task is done):
    celery --quiet -A blog.tasks worker --concurrency 1 --without-gossip --without-mingle
    celery --quiet -A blog.tasks beat
The worker needs PROMETHEUS_MULTIPROC_DIR=/tmp/metrics: parent and children add up their figures there.
"""

import time
from collections.abc import Mapping
from typing import Any

import billiard.util
import celery
import redis
import structlog
from celery import signals
from celery.exceptions import Ignore, Reject, Retry

from teamkit import logs, worker
from teamkit.connections import redis_client
from teamkit.metrics import TASK_DURATION, TASKS
from teamkit.settings import Settings

TIME_LIMIT = 12  # seconds a task may run
RETRY_MAX = 5  # seconds; a task that waits for its retry is unacknowledged all the while
MAX_DELIVERIES = 3
QUEUE = "tasks"

log = structlog.get_logger()


class Task(celery.Task):  # type: ignore[misc]
    """What every task of ours does around its own work: request id, log line, figures, an end to poison."""

    abstract = True
    Request = "teamkit.worker:MeteredRequest"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        logs.bind_request_id(getattr(self.request, "request_id", None) or "")
        started, state = time.perf_counter(), "failed"
        try:
            if self._is_poison():
                state = "abandoned"
                return self.on_abandoned(*args, **kwargs)
            result = self.run(*args, **kwargs)
            state = "succeeded"
            return result
        except Retry:
            state = "retried"
            raise
        except (Ignore, Reject):
            state = "rejected"
            raise
        except Exception:
            log.exception("a task failed", task=self.name, task_id=self.request.id)
            raise
        finally:
            seconds = time.perf_counter() - started
            TASK_DURATION.labels(self.name).observe(seconds)
            TASKS.labels(self.name, state).inc()
            log.info(
                "task",
                task=self.name,
                task_id=self.request.id,
                state=state,
                duration_ms=round(seconds * 1000, 2),
            )
            logs.bind_request_id("")

    def on_abandoned(self, *args: Any, **kwargs: Any) -> None:
        """Called instead of the task when its worker has died of it `MAX_DELIVERIES` times; note the failure here."""

    def _is_poison(self) -> bool:
        if not (self.request.delivery_info or {}).get("redelivered"):
            return False
        key = f"{self.app.conf.teamkit_prefix}task:deliveries:{self.request.id}"
        pipe = self.app.teamkit_redis.pipeline()
        pipe.incr(key)
        pipe.expire(key, 86_400)
        try:
            again: int = pipe.execute()[0]
        except redis.RedisError:
            return False
        return again >= MAX_DELIVERIES


def retrying(*errors: type[Exception], times: int = 5) -> dict[str, Any]:
    """Options for `@app.task(**retrying(OperationalError))`: again after 1, 2, 4, 5, 5 s, each shortened at random."""
    return {
        "autoretry_for": errors,
        "max_retries": times,
        "retry_backoff": 1,
        "retry_backoff_max": RETRY_MAX,
        "retry_jitter": True,
    }


def celery_app(
    settings: Settings,
    tasks_module: str,
    beat_schedule: Mapping[str, Any] | None = None,
    time_limit: int = TIME_LIMIT,
) -> celery.Celery:
    """The team's Celery application, for the API that enqueues, the worker and the beat alike.

    `tasks_module` is the dotted name of the module that defines the tasks. A larger `time_limit`
    (seconds) makes a lost task wait longer. At least 7: Celery may take 5 s to notice that a child has
    died, and if the limit comes first the task is ended instead of given back.
    """
    app = celery.Celery(settings.team, task_cls=Task, include=[tasks_module])
    app.conf.update(_configuration(settings, time_limit), beat_schedule=dict(beat_schedule or {}))
    app.teamkit_redis = redis_client(settings)
    signals.before_task_publish.connect(_carry_request_id)
    signals.setup_logging.connect(_keep_logging)
    worker.install(app, settings)
    logs.configure(settings.service, settings.log_level)
    return app


def _configuration(settings: Settings, time_limit: int) -> dict[str, Any]:
    return {
        "broker_url": settings.broker_url,
        "broker_transport_options": {
            "global_keyprefix": settings.prefix,
            # A retry's wait, then another task that is in the way, then its own run.
            "visibility_timeout": RETRY_MAX + 2 * time_limit + 1,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            "unacked_mutex_expire": 10,
            "socket_connect_timeout": 1,
            "socket_timeout": 5,
            "socket_keepalive": True,
        },
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "task_default_queue": QUEUE,
        "task_ignore_result": True,
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "task_time_limit": time_limit,
        "task_soft_time_limit": time_limit - 2,
        # The API waits for no broker: three tries within half a second, then the caller hears of it.
        "task_publish_retry_policy": {"max_retries": 2, "interval_start": 0.1, "interval_step": 0.1},
        "worker_enable_remote_control": False,
        "worker_send_task_events": False,
        "worker_hijack_root_logger": False,
        "worker_redirect_stdouts": False,
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "beat_scheduler": "teamkit.worker:Scheduler",
        "beat_max_loop_interval": worker.HEARTBEAT_SECONDS,
        "timezone": "UTC",
        "teamkit_prefix": settings.prefix,
    }


def _carry_request_id(headers: dict[str, Any] | None = None, **_: Any) -> None:
    if headers is not None:
        headers["request_id"] = logs.request_id()


def _keep_logging(**_: Any) -> None:
    """That somebody listens keeps Celery from setting up its own logging."""
    # Billiard's word on a dead child would go out as plain text.
    billiard.util.get_logger().propagate = True
