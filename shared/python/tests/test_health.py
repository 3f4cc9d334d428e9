import threading
import time
from collections.abc import Callable

import redis
from sqlalchemy import Engine

from teamkit.connections import ping_database, ping_redis, redis_client
from teamkit.health import Health

from .conftest import Server, TeamSettings, eventually


def test_ready_when_everything_answers(engine: Engine, client: redis.Redis) -> None:
    health = Health({"database": ping_database(engine), "redis": ping_redis(client)})

    assert health.ready() == (200, {"status": "ok", "checks": {"database": "ok", "redis": "ok"}})


def test_what_is_down_is_named_and_the_rest_is_not(engine: Engine, no_redis: redis.Redis) -> None:
    status, body = Health({"database": ping_database(engine), "redis": ping_redis(no_redis)}).ready()

    assert status == 503
    assert body["status"] == "down"
    assert body["checks"]["database"] == "ok"
    assert body["checks"]["redis"].startswith("down: ")


def test_alive_whatever_is_down(no_redis: redis.Redis) -> None:
    assert Health({"redis": ping_redis(no_redis)}).live() == (200, {"status": "ok"})


def test_a_frozen_redis_is_noticed_in_time_and_seen_again(own_redis: tuple[Server, TeamSettings]) -> None:
    server, settings = own_redis
    with redis_client(settings) as client:
        health = Health({"redis": ping_redis(client)})
        assert health.ready()[0] == 200
        server.container.pause()
        started = time.monotonic()

        status, body = health.ready()

        assert time.monotonic() - started < 1.5
        assert (status, body["checks"]["redis"]) == (503, "down: no answer within 1 s")
        server.container.unpause()
        eventually(lambda: health.ready()[0] == 200)


def test_checks_that_hang_share_one_second_and_pile_nothing_up() -> None:
    free, calls = threading.Event(), []

    def hang(name: str) -> Callable[[], None]:
        return lambda: (calls.append(name), free.wait(10), None)[2]

    health = Health({"a": hang("a"), "b": hang("b")})
    started = time.monotonic()

    for _ in range(2):
        assert health.ready()[0] == 503
    took = time.monotonic() - started
    free.set()

    assert 1.9 < took < 3
    assert sorted(calls) == ["a", "b"]


def test_the_reason_is_one_line_without_a_password() -> None:
    def fail() -> None:
        raise OSError("cannot reach rediss://bakery:geheim@redis:6379\nmore")

    answer = Health({"redis": fail}).ready()[1]["checks"]["redis"]

    assert answer == "down: cannot reach rediss://[redacted]@redis:6379"
