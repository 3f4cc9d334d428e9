"""What services work with: the database, Redis and what stands on it. Made once per process."""

import threading
from dataclasses import dataclass
from functools import cached_property

from redis import Redis
from sqlalchemy import Engine

from blog.config import Settings
from teamkit.cache import Cache
from teamkit.connections import database_engine, redis_client
from teamkit.events import Events
from teamkit.ratelimit import RateLimit
from teamkit.tokens import Tokens


@dataclass(frozen=True)
class Blog:
    settings: Settings
    database: Engine
    redis: Redis
    tokens: Tokens
    limits: RateLimit
    events: Events
    cache: Cache
    # One for each stream that this process may hold open.
    places: threading.Semaphore

    @cached_property
    def reading(self) -> Engine:
        """The same pool without BEGIN and ROLLBACK, two round trips that a single SELECT does not need."""
        return self.database.execution_options(isolation_level="AUTOCOMMIT")


def make(settings: Settings) -> Blog:
    redis, prefix = redis_client(settings), settings.prefix
    return Blog(
        settings=settings,
        database=database_engine(settings),
        redis=redis,
        tokens=Tokens(settings.jwt_key.get_secret_value(), settings.team, redis, prefix),
        limits=RateLimit(redis, prefix),
        events=Events(redis, prefix),
        cache=Cache(redis, prefix, "articles"),
        places=threading.Semaphore(settings.streams_per_process),
    )
