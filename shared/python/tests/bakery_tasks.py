"""Tasks as teams write them, for the tests of the queue."""

import os
import signal
import time
from typing import Any

from prometheus_client import Counter

from teamkit import queue
from teamkit.settings import Settings

LOAVES = Counter("bakery_loaves_total", "Loaves baked.")


class Bakery(Settings):
    team: str = "bakery"
    service: str = "bakery-worker"


class OvenIsCold(Exception):
    """Passes."""


# So that a lost task is back after 20 s instead of 30.
app = queue.celery_app(
    Bakery.load(),
    __name__,
    {"each second": {"task": f"{__name__}.bake", "schedule": 1.0, "args": ("by-beat", 0)}},
    time_limit=7,
)
redis = app.teamkit_redis


@app.task
def bake(key: str, seconds: float) -> None:
    """Idempotent: a loaf that is there is not baked again."""
    redis.incr(f"bakery:starts:{key}")
    if redis.exists(f"bakery:done:{key}"):
        return
    time.sleep(seconds)
    LOAVES.inc()
    redis.incr(f"bakery:done:{key}")


@app.task
def never_ends(key: str) -> None:
    """Deaf to the soft limit too."""
    redis.incr(f"bakery:starts:{key}")
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        try:
            time.sleep(60)
        except Exception:
            continue


@app.task(**queue.retrying(OvenIsCold))
def heat(key: str, tries: int) -> None:
    """Works at the last of so many tries."""
    if redis.incr(f"bakery:starts:{key}") < tries:
        raise OvenIsCold
    redis.incr(f"bakery:done:{key}")


class Poison(queue.Task):
    """Notes that it was given up."""

    def on_abandoned(self, *args: Any, **kwargs: Any) -> None:
        redis.incr(f"bakery:abandoned:{args[0]}")


@app.task(base=Poison)
def kill_child(key: str) -> None:
    """As the kernel does to a process that takes too much memory."""
    redis.incr(f"bakery:starts:{key}")
    os.kill(os.getpid(), signal.SIGKILL)


@app.task
def fail(secret: str) -> None:
    """A bug."""
    raise RuntimeError("the flour is gone")
