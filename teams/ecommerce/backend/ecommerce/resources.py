"""What the services work with beside the database, which Django hands out itself; made once a process."""

import threading
from dataclasses import dataclass
from functools import cache

from redis import Redis

from ecommerce.config import Settings, settings
from teamkit.async_events import AsyncEvents, async_redis_client
from teamkit.cache import Cache
from teamkit.connections import redis_client
from teamkit.events import Events
from teamkit.ratelimit import RateLimit
from teamkit.tokens import Tokens


@dataclass(frozen=True)
class Shop:
    settings: Settings
    redis: Redis
    tokens: Tokens
    limits: RateLimit
    events: Events
    live: AsyncEvents
    cache: Cache
    # One for each stream that this process may hold open.
    places: threading.Semaphore


@cache
def shop() -> Shop:
    """Made in the process that uses it: a connection that crosses a fork serves two masters."""
    found = settings()
    redis, prefix = redis_client(found), found.prefix
    events = Events(redis, prefix)
    return Shop(
        settings=found,
        redis=redis,
        tokens=Tokens(found.jwt_key.get_secret_value(), found.team, redis, prefix),
        limits=RateLimit(redis, prefix),
        events=events,
        live=AsyncEvents(events, async_redis_client(found)),
        cache=Cache(redis, prefix, "products"),
        places=threading.Semaphore(found.streams_per_process),
    )
