import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis

from teamkit.cache import Cache
from teamkit.connections import redis_client
from teamkit.metrics import CACHE_REQUESTS

from .conftest import Server, TeamSettings, eventually


@pytest.fixture
def cache(client: redis.Redis, prefix: str) -> Cache:
    return Cache(client, prefix, "articles")


class Kitchen:
    """Makes values that tell how often it was asked."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self) -> bytes:
        self.made += 1
        return b"loaf %d" % self.made


def count(result: str, name: str = "articles") -> float:
    return float(CACHE_REQUESTS.labels(name, result)._value.get())


def test_a_value_is_made_once_and_then_served(cache: Cache) -> None:
    make, hits, misses = Kitchen(), count("hit"), count("miss")

    values = [cache.get_or_make("list", make, 60, ["articles"]) for _ in range(3)]

    assert values == [b"loaf 1"] * 3
    assert (count("hit") - hits, count("miss") - misses) == (2, 1)


def test_any_bytes_come_back_as_they_were(cache: Cache) -> None:
    for number, value in enumerate((b"", b"\n0\n", b"0", bytes(range(256)))):
        cache.get_or_make(f"k{number}", lambda value=value: value, 60, ["t"])

        assert cache.get_or_make(f"k{number}", Kitchen(), 60, ["t"]) == value


def test_invalidating_one_of_its_tags_makes_a_value_anew(cache: Cache) -> None:
    make = Kitchen()
    cache.get_or_make("article:7", make, 60, ["articles", "article:7"])

    cache.invalidate("article:8")
    kept = cache.get_or_make("article:7", make, 60, ["articles", "article:7"])
    cache.invalidate("article:7")
    anew = cache.get_or_make("article:7", make, 60, ["articles", "article:7"])

    assert (kept, anew) == (b"loaf 1", b"loaf 2")


def test_another_replicas_invalidation_counts(cache: Cache, client: redis.Redis, prefix: str) -> None:
    make = Kitchen()
    cache.get_or_make("list", make, 60, ["articles"])

    Cache(client, prefix, "feeds").invalidate("articles")

    assert cache.get_or_make("list", make, 60, ["articles"]) == b"loaf 2"


def test_a_value_read_before_a_write_and_stored_after_it_is_never_served(cache: Cache) -> None:
    database = {"title": b"old"}
    has_read, may_store = threading.Event(), threading.Event()

    def slow_reader() -> bytes:
        value = database["title"]
        has_read.set()
        may_store.wait(10)
        return value

    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(cache.get_or_make, "article", slow_reader, 60, ["article:7"])
        has_read.wait(10)
        database["title"] = b"new"
        cache.invalidate("article:7")
        may_store.set()
        late.result(10)

    assert cache.get_or_make("article", lambda: database["title"], 60, ["article:7"]) == b"new"


def test_who_needs_the_new_value_does_not_wait_for_the_maker_of_the_old(cache: Cache) -> None:
    has_read, may_store = threading.Event(), threading.Event()

    def slow_reader() -> bytes:
        has_read.set()
        may_store.wait(10)
        return b"old"

    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(cache.get_or_make, "article", slow_reader, 60, ["article:7"])
        has_read.wait(10)
        cache.invalidate("article:7")

        assert cache.get_or_make("article", lambda: b"new", 60, ["article:7"]) == b"new"
        may_store.set()
        assert late.result(10) == b"old"
    assert cache.get_or_make("article", lambda: b"new", 60, ["article:7"]) == b"new"


def test_no_reader_sees_an_old_version_after_the_write_is_done(cache: Cache) -> None:
    database, stale, writing = [0], [], threading.Event()

    def read_on() -> None:
        while not writing.is_set():
            before = acknowledged[0]
            seen = int(cache.get_or_make("counter", lambda: b"%d" % database[0], 60, ["counter"]))
            if seen < before:
                stale.append((seen, before))

    acknowledged = [0]
    with ThreadPoolExecutor(6) as pool:
        readers = [pool.submit(read_on) for _ in range(6)]
        for number in range(1, 200):
            database[0] = number
            cache.invalidate("counter")
            acknowledged[0] = number
        writing.set()
        for reader in readers:
            reader.result(10)

    assert stale == []


def test_of_many_who_miss_one_makes_the_value_and_all_get_it(settings: TeamSettings, prefix: str) -> None:
    made, arrived, go_on = [], threading.Barrier(12), threading.Event()

    def make() -> bytes:
        made.append(threading.get_ident())
        # Long enough for all to miss, short enough for none to give the maker up.
        go_on.wait(0.5)
        return b"loaf"

    def read(_: int) -> bytes:
        # A client each, as replicas have.
        with redis_client(settings) as client:
            client.ping()
            arrived.wait(10)
            return Cache(client, prefix, "stampede").get_or_make("list", make, 60, ["articles"])

    with ThreadPoolExecutor(12) as pool:
        values = set(pool.map(read, range(12)))

    assert values == {b"loaf"}
    assert len(made) == 1


def test_when_the_maker_fails_the_error_is_its_own_and_the_next_reader_makes(cache: Cache) -> None:
    with pytest.raises(ZeroDivisionError):
        cache.get_or_make("list", lambda: b"%d" % (1 // 0), 60)
    started = time.monotonic()

    assert cache.get_or_make("list", Kitchen(), 60) == b"loaf 1"
    assert time.monotonic() - started < 1


def test_a_hit_is_one_command(cache: Cache, client: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.get_or_make("list", Kitchen(), 60, ["a", "b", "c"])
    commands = []
    execute = client.execute_command
    monkeypatch.setattr(
        client, "execute_command", lambda *args, **options: (commands.append(args[0]), execute(*args, **options))[1]
    )
    monkeypatch.setattr(client, "pipeline", lambda *args, **options: commands.append("pipeline"))

    cache.get_or_make("list", Kitchen(), 60, ["a", "b", "c"])

    assert commands == ["MGET"]


def test_values_and_versions_do_not_stay_for_ever(cache: Cache, client: redis.Redis, prefix: str) -> None:
    cache.get_or_make("list", Kitchen(), 60, ["articles"])
    cache.invalidate("articles")

    assert 50 < client.ttl(f"{prefix}cache:articles:list") <= 60
    assert client.ttl(f"{prefix}tag:articles") > 80_000


def test_nobody_waits_in_line_for_the_same_failure(cache: Cache) -> None:
    """One after the other they would wait five seconds each, as long as the database is away."""
    both_inside = threading.Barrier(3)
    first_inside, fail_first = threading.Event(), threading.Event()

    def first() -> bytes:
        first_inside.set()
        assert fail_first.wait(10)
        raise ConnectionError("no database")

    def other() -> bytes:
        # Passed only by three at the same time.
        both_inside.wait(10)
        raise ConnectionError("no database")

    with ThreadPoolExecutor() as pool:
        made = [pool.submit(cache.get_or_make, "list", first, 60, ["articles"])]
        assert first_inside.wait(10)
        made += [pool.submit(cache.get_or_make, "list", other, 60, ["articles"]) for _ in range(3)]
        fail_first.set()
        failures = [one.exception() for one in made]

    assert [type(one) for one in failures] == [ConnectionError] * 4


def test_who_waits_for_a_value_looks_ever_more_rarely(
    cache: Cache, client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, done = threading.Event(), threading.Event()
    pauses: list[float] = []

    def slow() -> bytes:
        inside.set()
        assert done.wait(10)
        return b"bread"

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 9:
            done.set()
        threading.Event().wait(0.01)

    with ThreadPoolExecutor() as pool:
        maker = pool.submit(cache.get_or_make, "list", slow, 60, ["articles"])
        assert inside.wait(10)
        monkeypatch.setattr("teamkit.cache.time.sleep", pause)
        assert cache.get_or_make("list", Kitchen(), 60, ["articles"]) == b"bread"
        assert maker.result() == b"bread"

    assert pauses[0] <= 0.01
    assert pauses[8] >= 0.16


def test_without_redis_every_reader_makes_its_own(no_redis: redis.Redis, prefix: str) -> None:
    cache, make, errors = Cache(no_redis, prefix, "articles"), Kitchen(), count("error")

    values = [cache.get_or_make("list", make, 60, ["articles"]) for _ in range(3)]
    cache.invalidate("articles")

    assert values == [b"loaf 1", b"loaf 2", b"loaf 3"]
    assert count("error") - errors == 3


def test_an_invalidation_that_redis_missed_is_made_up_for(own_redis: tuple[Server, TeamSettings], prefix: str) -> None:
    server, settings = own_redis
    with redis_client(settings) as client:
        cache = Cache(client, prefix, "articles")
        cache.get_or_make("list", lambda: b"old", 600, ["articles"])
        # AOF is written every second; stop writes the rest.
        server.container.stop()
        cache.invalidate("articles")
        server.container.start()
        eventually(client.ping)

        values: list[bytes] = []
        read: Callable[[], bytes] = lambda: cache.get_or_make("list", lambda: b"new", 600, ["articles"])  # noqa: E731
        hits = count("hit")
        eventually(lambda: values.append(read()) or count("hit") > hits)

    assert set(values) == {b"new"}
