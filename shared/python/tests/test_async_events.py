import asyncio
from collections.abc import AsyncIterator

import redis

from teamkit.async_events import AsyncEvents, async_redis_client
from teamkit.events import Event, Events

from .conftest import TeamSettings


async def some(stream: AsyncIterator[Event | None], count: int) -> list[str]:
    """The types of so many events; heartbeats do not count."""
    found: list[str] = []
    async for event in stream:
        if event is not None:
            found.append(event.type)
        if len(found) == count:
            break
    return found


def test_a_reader_gets_what_is_published_after_it_has_begun(
    settings: TeamSettings, client: redis.Redis, prefix: str
) -> None:
    events = Events(client, prefix)

    async def listen() -> list[str]:
        live = async_redis_client(settings)
        stream = await AsyncEvents(events, live).read("bread", block_ms=200)
        events.publish("bread", "baked", {})
        events.publish("bread", "sold", {})
        found = await asyncio.wait_for(some(stream, 2), 10)
        await live.aclose()
        return found

    events.publish("bread", "before", {})
    assert asyncio.run(listen()) == ["baked", "sold"]


def test_a_reader_that_comes_back_gets_what_it_missed(settings: TeamSettings, client: redis.Redis, prefix: str) -> None:
    events = Events(client, prefix)
    last = events.publish("bread", "seen", {})
    events.publish("bread", "missed", {})

    async def listen() -> list[str]:
        live = async_redis_client(settings)
        found = await asyncio.wait_for(some(await AsyncEvents(events, live).read("bread", last), 1), 10)
        await live.aclose()
        return found

    assert asyncio.run(listen()) == ["missed"]


def test_readers_end_with_the_process(settings: TeamSettings, client: redis.Redis, prefix: str) -> None:
    events = Events(client, prefix)

    async def listen() -> list[str]:
        live = async_redis_client(settings)
        stream = await AsyncEvents(events, live).read("bread")
        events.end()
        found = await asyncio.wait_for(some(stream, 1), 5)
        await live.aclose()
        return found

    assert asyncio.run(listen()) == []
