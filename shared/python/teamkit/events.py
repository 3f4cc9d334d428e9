"""Live events that survive a reconnect: a Redis Stream a topic, trimmed, replayed by last event id."""

import re
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import orjson
import redis
import structlog

from teamkit.metrics import REALTIME

STREAM_SECONDS = 86_400  # a topic that was silent this long is forgotten
SLICE_MS = 1_000  # how soon a waiting reader notices that the process is to end
HEARTBEAT = b": heartbeat\n\n"

_ID = re.compile(r"[0-9]{1,19}(-[0-9]{1,19})?")  # 64 bits each; \d is also ١

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `id` orders events within a topic; a client sends the last one back."""

    id: str
    type: str
    data: dict[str, Any]


class Events:
    """Publishes to topics and reads them; about the last `maxlen` events of each are kept."""

    def __init__(self, redis: "redis.Redis", prefix: str, maxlen: int = 1000) -> None:
        self._redis, self._prefix, self._maxlen = redis, prefix, maxlen
        self._waiting = _patient(redis)
        self.ending = False

    def publish(self, topic: str, type: str, data: dict[str, Any]) -> str:
        """Append an event and give its id. Publish after the commit, or a reader may look too early."""
        name = self.stream(topic)
        pipe = self._redis.pipeline()
        pipe.xadd(name, {"type": type, "data": orjson.dumps(data)}, maxlen=self._maxlen, approximate=True)
        pipe.expire(name, STREAM_SECONDS)
        return cast(bytes, pipe.execute()[0]).decode()

    def read(self, topic: str, last_id: str | None = None, block_ms: int = 15_000) -> Iterator[Event | None]:
        """Events after `last_id`, or from this call on if it is None or not an id; None is a heartbeat.

        If events after `last_id` are no longer kept, the first event has the type `reset`: the reader
        has missed something and must load its page anew. While Redis is down there are only
        heartbeats, and then whatever was published. Ends after `end`.
        """
        name = self.stream(topic)
        newest = self.newest(name)
        if last_id is None or not is_id(last_id):
            return self._follow(name, newest, block_ms, missed=False)
        return self._follow(name, last_id, block_ms, missed=self.has_gap(name, last_id))

    def end(self) -> None:
        """Let every reader of this process finish within a second."""
        self.ending = True

    def end_on_sigterm(self) -> None:
        """End the readers when the process is told to stop, then do what was done before.

        For gunicorn's `post_worker_init`: an open stream would hold a graceful stop up until its timeout.
        """
        before = signal.getsignal(signal.SIGTERM)

        def stop(number: int, frame: Any) -> None:
            self.end()
            if callable(before):
                before(number, frame)

        signal.signal(signal.SIGTERM, stop)

    def _follow(self, name: str, last: str, block_ms: int, missed: bool) -> Iterator[Event | None]:
        REALTIME.inc()
        try:
            if missed:
                yield Event(last, "reset", {})
            spoke = time.monotonic()
            while not self.ending:
                slice_ms = max(1, min(SLICE_MS, block_ms))
                for event in self._next(name, last, slice_ms):
                    last = event.id
                    yield event
                    spoke = time.monotonic()
                if (time.monotonic() - spoke) * 1000 >= block_ms:
                    yield None
                    spoke = time.monotonic()
        finally:
            REALTIME.dec()

    def _next(self, name: str, last: str, block_ms: int) -> list[Event]:
        try:
            found = cast(Any, self._waiting.xread({name: last}, block=block_ms, count=100))
        except (redis.ConnectionError, redis.TimeoutError) as error:
            log.warning("a stream waits for Redis", error=str(error))
            time.sleep(block_ms / 1000)
            return []
        return [event_of(*entry) for entry in found[0][1]] if found else []

    def newest(self, name: str) -> str:
        """The id of a stream's last event."""
        entries = cast(Any, self._redis.xrevrange(name, count=1))
        return entries[0][0].decode() if entries else "0-0"

    def has_gap(self, name: str, last_id: str) -> bool:
        """Whether events after `last_id` are no longer kept."""
        try:
            stream = cast(Any, self._redis.xinfo_stream(name))
        except redis.ResponseError:
            return True  # the topic was forgotten
        oldest = stream["first-entry"][0].decode()
        return bool(stream["entries-added"] > stream["length"]) and _order(oldest) > _order(last_id)

    def stream(self, topic: str) -> str:
        """The key of a topic's stream."""
        return f"{self._prefix}events:{topic}"


def sse(event: Event | None) -> bytes:
    """The bytes of one event, or of a heartbeat, in the Server-Sent Events format."""
    if event is None:
        return HEARTBEAT
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (
        event.id.encode(),
        event.type.encode(),
        orjson.dumps(event.data),
    )


def event_of(id: bytes, fields: dict[bytes, bytes]) -> Event:
    """An entry of a stream as an event."""
    return Event(id.decode(), fields[b"type"].decode(), orjson.loads(fields[b"data"]))


def is_id(text: str) -> bool:
    """Whether a client's `Last-Event-ID` can be one of ours."""
    return _ID.fullmatch(text) is not None


def _order(id: str) -> tuple[int, int]:
    milliseconds, _, sequence = id.partition("-")
    return int(milliseconds), int(sequence or 0)


def _patient(client: "redis.Redis") -> "redis.Redis":
    """A client of the same server that waits longer than a blocking read does."""
    pool = client.connection_pool
    options = pool.connection_kwargs | {"socket_timeout": SLICE_MS / 1000 + 5}
    return redis.Redis(connection_pool=redis.ConnectionPool(connection_class=pool.connection_class, **options))
