import time

import pytest
import redis

from teamkit.metrics import RATE_LIMITS
from teamkit.problems import TooMany
from teamkit.ratelimit import RateLimit


def test_one_try_too_many_is_refused_with_the_time_to_wait(client: redis.Redis, prefix: str) -> None:
    limit = RateLimit(client, prefix)
    for _ in range(3):
        limit.hit("login", "kim@example.org", 3, 60)

    with pytest.raises(TooMany) as refused:
        limit.hit("login", "kim@example.org", 3, 60)

    assert 55 <= refused.value.retry_after <= 60
    assert refused.value.headers["Retry-After"] == str(refused.value.retry_after)


def test_others_and_other_buckets_are_counted_apart(client: redis.Redis, prefix: str) -> None:
    limit = RateLimit(client, prefix)
    limit.hit("login", "kim", 1, 60)

    limit.hit("login", "lee", 1, 60)
    limit.hit("signup", "kim", 1, 60)


def test_two_replicas_count_together(client: redis.Redis, prefix: str) -> None:
    RateLimit(client, prefix).hit("login", "kim", 1, 60)

    with pytest.raises(TooMany):
        RateLimit(client, prefix).hit("login", "kim", 1, 60)


def test_after_retry_after_the_next_try_passes(client: redis.Redis, prefix: str) -> None:
    limit = RateLimit(client, prefix)
    limit.hit("login", "kim", 1, 1)
    refused = 0
    deadline = time.monotonic() + 5

    while True:
        try:
            limit.hit("login", "kim", 1, 1)
            break
        except TooMany:
            refused += 1
        assert time.monotonic() < deadline

    assert refused


@pytest.mark.parametrize("key", ["", "\ud800", "x" * 100_000, "a/b:c", "한글"])
def test_any_text_can_be_a_key(client: redis.Redis, prefix: str, key: str) -> None:
    limit = RateLimit(client, prefix)
    limit.hit("login", key, 1, 60)

    with pytest.raises(TooMany):
        limit.hit("login", key, 1, 60)


def test_without_redis_everybody_passes_and_the_metric_shows_it(no_redis: redis.Redis, prefix: str) -> None:
    limit = RateLimit(no_redis, prefix)
    errors = RATE_LIMITS.labels("login", "error")
    before = errors._value.get()

    for _ in range(3):
        limit.hit("login", "kim", 1, 60)

    assert errors._value.get() == before + 3
