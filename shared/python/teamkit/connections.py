"""Verified TLS connections to PostgreSQL and Redis, made in one place so that none is made without.

Under gevent, patch before this module is imported: psycopg looks once, at import, whether `select`
is patched, and blocks the whole process in C otherwise.
"""

import select
import time
from collections.abc import Callable
from typing import Any, TypeVar

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import Engine, create_engine, event, exc, text

from teamkit.settings import Settings

STATEMENT_TIMEOUT_MS = 5_000
IDLE_TRANSACTION_TIMEOUT_MS = 15_000
# What the other side does not acknowledge for so long was sent to a machine that is gone; without this the kernel waits a quarter of an hour.
UNACKNOWLEDGED_MS = 6_000
CONNECT_SECONDS = 3
# Of a process; a request holds one for half a millisecond.
REDIS_CONNECTIONS = 16
# How long a database that could not be reached is left alone.
BREAK_SECONDS = 1.0

T = TypeVar("T")


def redis_client(settings: Settings, **options: Any) -> "redis.Redis":
    """A pooled client that signs in as the team; replies are bytes. A dead Redis costs at most 1 s to notice.

    Whoever finds all of the pool's connections in use waits for one: a busy process that makes new ones instead has more to do.
    """
    defaults: dict[str, Any] = {
        "max_connections": REDIS_CONNECTIONS,
        # What a caller waits for one of them, in seconds; then it is told what it is told of a dead Redis.
        "timeout": 2.0,
        "host": settings.redis_host,
        "port": settings.redis_port,
        "username": settings.team,
        "password": settings.redis_password.get_secret_value(),
        "ssl_cert_reqs": "required",
        "ssl_check_hostname": True,
        "ssl_ca_certs": settings.tls_ca,
        "socket_connect_timeout": 1.0,
        "socket_timeout": 2.0,
        "socket_keepalive": True,
        "health_check_interval": 30,
        # Once, at once: a pooled connection that a restart of Redis has cut. More would hide an outage.
        "retry": Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
        "protocol": 2,
        "client_name": settings.service,
    }
    pool = redis.BlockingConnectionPool(  # type: ignore[no-untyped-call]
        connection_class=redis.SSLConnection, **(defaults | options)
    )
    return redis.Redis.from_pool(pool)


def database_options(service: str) -> dict[str, Any]:
    """libpq's parameters for a service's connections: no statement runs longer than 5 s, no idle transaction 15 s."""
    limits = (
        f"-c statement_timeout={STATEMENT_TIMEOUT_MS} "
        f"-c idle_in_transaction_session_timeout={IDLE_TRANSACTION_TIMEOUT_MS}"
    )
    return {
        "application_name": service,
        "connect_timeout": CONNECT_SECONDS,
        "tcp_user_timeout": UNACKNOWLEDGED_MS,
        "options": limits,
    }


def database_engine(settings: Settings, **options: Any) -> Engine:
    """A pooled engine on the team's database, with the limits of `database_options`.

    Where the database cannot be reached a request is told so at once, unless it is the one that tries; see `Breaker`.
    """
    connect = database_options(settings.service) | options.pop("connect_args", {})
    # No overflow: it is closed when it comes back, and a busy process would make new connections all the time.
    defaults: dict[str, Any] = {"pool_size": 15, "max_overflow": 0, "pool_timeout": 5, "pool_recycle": 1800}
    engine = create_engine(settings.database_url, connect_args=connect, **(defaults | options))
    breaker = Breaker(BREAK_SECONDS)

    def through_the_breaker(dialect: Any, record: object, arguments: Any, parameters: Any) -> Any:
        return breaker.call(lambda: dialect.connect(*arguments, **parameters))

    event.listen(engine, "do_connect", through_the_breaker)
    if "pool_pre_ping" not in options:
        event.listen(engine, "checkout", _refuse_hung_up)
    return engine


class Breaker:
    """A service that could not be reached is tried again by one caller a second; the others are told at once what that one was told.

    Else each of a hundred requests waits for its own time to run out, and those that come meanwhile wait for them.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._error: Exception | None = None
        self._until = 0.0

    def call(self, connect: Callable[[], T]) -> T:
        """What `connect` gives, or its exception; or the exception of the last one that tried."""
        if self._error is not None and time.monotonic() < self._until:
            raise type(self._error)(*self._error.args)
        # While this one tries the others do not wait for it.
        self._until = time.monotonic() + CONNECT_SECONDS
        try:
            made = connect()
        except Exception as error:
            self._error, self._until = error.with_traceback(None), time.monotonic() + self._seconds
            raise
        self._error = None
        return made


def _refuse_hung_up(connection: Any, record: object, proxy: object) -> None:
    """Make the pool replace a connection that the server has closed.

    `pool_pre_ping` asks with a statement, three round trips a request. An idle connection has
    nothing to read unless the server hung up, and the kernel knows that without asking anybody.
    """
    poller = select.poll()
    poller.register(connection.fileno(), select.POLLIN)
    if poller.poll(0):
        raise exc.DisconnectionError("the server closed this connection")


def ping_database(engine: Engine) -> Callable[[], None]:
    """A health check: raises unless the database answers a statement."""

    def check() -> None:
        with engine.connect() as connection:
            connection.execute(text("select 1"))

    return check


def ping_redis(client: "redis.Redis") -> Callable[[], None]:
    """A health check: raises unless Redis answers."""

    def check() -> None:
        client.ping()

    return check
