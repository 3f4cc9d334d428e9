"""Cache-aside in Redis that never serves what a write has made wrong.

Each tag has a version, counted up by `invalidate`. A value is stored together with the versions
that stood *before* it was made, and is served only while they still stand. So a value that was read
from the database before a write, and stored after the write's invalidation, carries versions that
no longer stand, and nobody gets it. One MGET fetches value and versions: a hit is one round trip.
"""

import random
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import cast

import redis
import structlog

from teamkit.metrics import CACHE_REQUESTS

MAX_TTL = 86_400  # seconds; a tag's version outlives every value that was stored under it
LOCK_MS = 5_000  # a maker that died holds the others up no longer than this
WAIT = 5.0  # seconds that a reader waits for another's value before it makes its own
# How long such a reader waits between two looks: doubled each time, or fifty of them would keep a processor busy with looking.
PAUSE, LONGEST_PAUSE = 0.01, 0.32
# What a maker that failed leaves in its lock's place, and for how long: nobody waits in line for the same failure.
FAILED, FAILED_MS = b"failed", 1_000
BREAK = 1.0  # seconds without Redis after it did not answer: a dead one must not slow every request

log = structlog.get_logger()


class Cache:
    """One named cache; the name is the metric's label. Tags are shared by all caches of a prefix."""

    def __init__(self, redis: "redis.Redis", prefix: str, name: str) -> None:
        self._redis, self._prefix, self._name = redis, prefix, name
        self._values = f"{prefix}cache:{name}:"
        self._hit, self._miss, self._error = (
            CACHE_REQUESTS.labels(name, result).inc for result in ("hit", "miss", "error")
        )
        self._owed: set[str] = set()
        self._owed_lock = threading.Lock()
        self._broken_until = 0.0

    def get_or_make(self, key: str, make: Callable[[], bytes], ttl: int, tags: Sequence[str] = ()) -> bytes:
        """The cached bytes, or what `make` gives, kept for `ttl` seconds unless one of `tags` is invalidated.

        Of many readers who miss at once one calls `make` and the others wait for its value. Without
        Redis, and for a second after a `make` that failed, every reader makes its own.
        """
        if self._broken_until and not self._whole():
            self._error()
            return make()
        names = [self._values + key, *self._versions(tags)]
        try:
            value, versions = self._look(names)
            if value is not None:
                self._hit()
                return value
            claimed, value, versions = self._claim(names, versions)
        except redis.RedisError as error:
            self._break(error)
            self._error()
            return make()
        if value is not None:
            self._hit()
            return value
        self._miss()
        return self._make(make, names[0], versions, min(ttl, MAX_TTL), claimed)

    def invalidate(self, *tags: str) -> None:
        """No reader gets a value with one of these tags that was made before this call. One round trip.

        Call it after the commit. Without Redis it is remembered, and done before this process uses the
        cache again; another replica can serve the old value until its `ttl`.
        """
        with self._owed_lock:
            self._owed.update(tags)
        self._settle()

    def _look(self, names: list[str]) -> tuple[bytes | None, bytes]:
        found = cast("list[bytes | None]", self._redis.mget(names))
        return _open(found)

    def _claim(self, names: list[str], versions: bytes) -> tuple[bool, bytes | None, bytes]:
        """Become the one maker, or wait for the maker's value, or for its failure."""
        deadline, pause = time.monotonic() + WAIT, PAUSE
        while True:
            # Looked at again in the same transaction: the last maker may have finished since.
            pipe = self._redis.pipeline()
            pipe.set(_lock(names[0], versions), b"1", nx=True, get=True, px=LOCK_MS)
            pipe.mget(names)
            before, found = pipe.execute()
            claimed = before is None
            value, now = _open(found)
            if value is not None:
                if claimed:
                    self._redis.delete(_lock(names[0], versions))
                return False, value, now
            if now == versions and (claimed or before == FAILED or time.monotonic() > deadline):
                return claimed, None, versions
            if now == versions:
                time.sleep(pause * random.uniform(0.5, 1.0))
                pause = min(2 * pause, LONGEST_PAUSE)
            versions = now

    def _make(self, make: Callable[[], bytes], name: str, versions: bytes, ttl: int, claimed: bool) -> bytes:
        stored = False
        try:
            value = make()
            # Spread by a tenth: what was cached in one burst must not expire in one.
            milliseconds = int(ttl * 1000 * random.uniform(0.9, 1.0))
            pipe = self._redis.pipeline(transaction=False)
            pipe.set(name, versions + value, px=milliseconds)
            pipe.delete(_lock(name, versions))
            try:
                pipe.execute()
                stored = True
            except redis.RedisError as error:
                self._break(error)
            return value
        finally:
            if claimed and not stored:
                self._failed(_lock(name, versions))

    def _failed(self, lock: str) -> None:
        try:
            self._redis.set(lock, FAILED, px=FAILED_MS)
        except redis.RedisError as error:
            self._break(error)

    def _versions(self, tags: Iterable[str]) -> list[str]:
        return [f"{self._prefix}tag:{tag}" for tag in tags]

    def _break(self, error: Exception) -> None:
        log.warning("the cache goes on without Redis", cache=self._name, error=str(error))
        self._broken_until = time.monotonic() + BREAK

    def _whole(self) -> bool:
        if time.monotonic() < self._broken_until:
            return False
        self._broken_until = 0.0
        return self._settle()

    def _settle(self) -> bool:
        """Count up the versions of every tag that is owed an invalidation."""
        with self._owed_lock:
            tags = list(self._owed)
        if not tags:
            return True
        pipe = self._redis.pipeline()
        for name in self._versions(tags):
            pipe.incr(name)
            pipe.expire(name, MAX_TTL)
        try:
            pipe.execute()
        except redis.RedisError as error:
            self._break(error)
            return False
        with self._owed_lock:
            self._owed.difference_update(tags)
        return True


def _open(found: Sequence[bytes | None]) -> tuple[bytes | None, bytes]:
    """The value, if it was made under the versions that stand now; and those versions."""
    versions = b".".join([version or b"0" for version in found[1:]]) + b"\n"
    value = found[0]
    if value is None or not value.startswith(versions):
        return None, versions
    return value[len(versions) :], versions


def _lock(name: str, versions: bytes) -> str:
    # Whoever makes an outdated value holds up nobody who needs a new one.
    return f"{name}:lock:{versions[:-1].decode()}"
