"""The same live events for servers with an event loop: a waiting reader costs a connection to Redis and no thread."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any, cast

import redis
import redis.asyncio
import structlog

from teamkit.events import SLICE_MS, Event, Events, event_of, is_id
from teamkit.metrics import REALTIME
from teamkit.settings import Settings

log = structlog.get_logger()


class AsyncEvents:
    """Reads what `events` publishes. Its connections belong to the event loop in which they are first used."""

    def __init__(self, events: Events, client: "redis.asyncio.Redis") -> None:
        self._events, self._redis = events, client

    async def read(self, topic: str, last_id: str | None = None, block_ms: int = 15_000) -> AsyncIterator[Event | None]:
        """As `Events.read`; the place in the stream is taken before this returns, not at the first event."""
        name = self._events.stream(topic)
        if last_id is None or not is_id(last_id):
            newest = await asyncio.to_thread(self._events.newest, name)
            return self._follow(name, newest, block_ms, missed=False)
        missed = await asyncio.to_thread(self._events.has_gap, name, last_id)
        return self._follow(name, last_id, block_ms, missed)

    async def _follow(self, name: str, last: str, block_ms: int, missed: bool) -> AsyncIterator[Event | None]:
        REALTIME.inc()
        try:
            if missed:
                yield Event(last, "reset", {})
            spoke = time.monotonic()
            while not self._events.ending:
                for event in await self._next(name, last, max(1, min(SLICE_MS, block_ms))):
                    last = event.id
                    yield event
                    spoke = time.monotonic()
                if (time.monotonic() - spoke) * 1000 >= block_ms:
                    yield None
                    spoke = time.monotonic()
        finally:
            REALTIME.dec()

    async def _next(self, name: str, last: str, block_ms: int) -> list[Event]:
        try:
            found = cast(Any, await self._redis.xread({name: last}, block=block_ms, count=100))
        except (redis.ConnectionError, redis.TimeoutError) as error:
            log.warning("a stream waits for Redis", error=str(error))
            await asyncio.sleep(block_ms / 1000)
            return []
        return [event_of(*entry) for entry in found[0][1]] if found else []


def async_redis_client(settings: Settings) -> "redis.asyncio.Redis":
    """As `connections.redis_client`, for blocking reads in an event loop."""
    return redis.asyncio.Redis(
        host=settings.redis_host,
        port=settings.redis_port,
        username=settings.team,
        password=settings.redis_password.get_secret_value(),
        ssl=True,
        ssl_cert_reqs="required",
        ssl_check_hostname=True,
        ssl_ca_certs=settings.tls_ca,
        socket_connect_timeout=1.0,
        socket_timeout=SLICE_MS / 1000 + 5,
        socket_keepalive=True,
        protocol=2,
        client_name=settings.service,
    )
