import itertools
import signal
import threading
from collections.abc import Iterator

import pytest
import redis

from teamkit.connections import redis_client
from teamkit.events import Event, Events, sse
from teamkit.metrics import REALTIME

from .conftest import Server, TeamSettings, eventually


@pytest.fixture
def events(client: redis.Redis, prefix: str) -> Events:
    return Events(client, prefix, maxlen=1000)


def first(reader: Iterator[Event | None]) -> Event:
    """The next real event; not after ten heartbeats."""
    return next(event for event in itertools.islice(reader, 10) if event is not None)


def test_a_reader_gets_what_is_published_after_it_began(events: Events) -> None:
    events.publish("article:7", "comment.created", {"id": 1})
    reader = events.read("article:7")
    published = events.publish("article:7", "comment.created", {"id": 2, "body": "한글\n둘째 줄"})

    assert next(reader) == Event(published, "comment.created", {"id": 2, "body": "한글\n둘째 줄"})


def test_two_processes_serve_one_audience(events: Events, settings: TeamSettings, prefix: str) -> None:
    with redis_client(settings) as other:
        reader = Events(other, prefix).read("article:7")
        events.publish("article:7", "comment.created", {"id": 1})

        assert first(reader).data == {"id": 1}


def test_after_a_reconnect_nothing_is_lost_and_nothing_comes_twice(events: Events) -> None:
    reader = events.read("article:7")
    events.publish("article:7", "comment.created", {"id": 0})
    last = first(reader).id
    reader.close()  # type: ignore[attr-defined]
    for number in range(1, 4):
        events.publish("article:7", "comment.created", {"id": number})

    again = events.read("article:7", last, block_ms=200)

    assert [first(again).data["id"] for _ in range(3)] == [1, 2, 3]
    assert next(events.read("article:7", events.publish("article:7", "x", {}), block_ms=10)) is None


def test_topics_are_apart(events: Events) -> None:
    reader = events.read("article:7", block_ms=10)
    events.publish("article:8", "comment.created", {})

    assert next(reader) is None


def test_silence_gives_heartbeats(events: Events) -> None:
    reader = events.read("article:7", block_ms=10)

    assert [next(reader), next(reader)] == [None, None]
    assert sse(None) == b": heartbeat\n\n"


@pytest.mark.parametrize("rubbish", ["", "$", "-", "abc", "1-2-3", "9" * 50, "0; FLUSHALL", "١"])
def test_a_last_id_that_is_none_of_ours_reads_from_now(events: Events, rubbish: str) -> None:
    events.publish("article:7", "old", {})
    reader = events.read("article:7", rubbish, block_ms=200)
    events.publish("article:7", "new", {})

    assert first(reader).type == "new"


def test_who_was_away_for_too_long_is_told_to_start_anew(client: redis.Redis, prefix: str) -> None:
    events = Events(client, prefix, maxlen=10)
    last = events.publish("article:7", "first", {})
    for number in range(500):
        events.publish("article:7", "more", {"number": number})

    reader = events.read("article:7", last)

    assert first(reader).type == "reset"
    assert first(reader).type == "more"
    assert client.xlen(f"{prefix}events:article:7") < 300


def test_a_forgotten_topic_says_reset_too(events: Events) -> None:
    assert first(events.read("article:7", "1700000000000-0")).type == "reset"


def test_a_silent_topic_is_forgotten(events: Events, client: redis.Redis, prefix: str) -> None:
    events.publish("article:7", "x", {})

    assert 86_000 < client.ttl(f"{prefix}events:article:7") <= 86_400


def test_the_wire_format_keeps_an_event_in_one_piece() -> None:
    wire = sse(Event("5-0", "comment.created", {"body": "one\ntwo\n\nevent: forged"}))

    assert wire == b'id: 5-0\nevent: comment.created\ndata: {"body":"one\\ntwo\\n\\nevent: forged"}\n\n'


def test_open_readers_are_counted(events: Events) -> None:
    before = REALTIME._value.get()
    reader = events.read("article:7", block_ms=10)
    next(reader)

    during = REALTIME._value.get()
    reader.close()  # type: ignore[attr-defined]

    assert (during - before, REALTIME._value.get() - before) == (1, 0)


def test_sigterm_ends_readers_and_then_does_what_it_did_before(events: Events) -> None:
    told = threading.Event()
    original = signal.signal(signal.SIGTERM, lambda *_: told.set())
    try:
        events.end_on_sigterm()
        reader = events.read("article:7", block_ms=60_000)
        signal.raise_signal(signal.SIGTERM)

        assert list(reader) == []
        assert told.is_set()
    finally:
        signal.signal(signal.SIGTERM, original)


def test_a_reader_outlives_a_restart_of_redis(own_redis: tuple[Server, TeamSettings], prefix: str) -> None:
    server, settings = own_redis
    with redis_client(settings) as client:
        events = Events(client, prefix)
        reader = events.read("article:7", block_ms=200)
        server.container.stop()
        assert next(reader) is None
        server.container.start()
        eventually(client.ping)

        events.publish("article:7", "comment.created", {"id": 1})

        assert first(reader).data == {"id": 1}
