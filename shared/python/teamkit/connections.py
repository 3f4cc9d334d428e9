"""Verified TLS connections to PostgreSQL and Redis, made in one place so that none is made without.

Under gevent, patch before this module is imported: psycopg looks once, at import, whether `select`
is patched, and blocks the whole process in C otherwise.
"""

import select
from collections.abc import Callable
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import Engine, create_engine, event, exc, text

from teamkit.settings import Settings

STATEMENT_TIMEOUT_MS = 5_000
IDLE_TRANSACTION_TIMEOUT_MS = 15_000


def redis_client(settings: Settings, **options: Any) -> "redis.Redis":
    """A pooled client that signs in as the team; replies are bytes. A dead Redis costs at most 1 s to notice."""
    defaults: dict[str, Any] = {
        "host": settings.redis_host,
        "port": settings.redis_port,
        "username": settings.team,
        "password": settings.redis_password.get_secret_value(),
        "ssl": True,
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
    return redis.Redis(**(defaults | options))


def database_engine(settings: Settings, **options: Any) -> Engine:
    """A pooled engine on the team's database; no statement runs longer than 5 s, no idle transaction 15 s."""
    limits = (
        f"-c statement_timeout={STATEMENT_TIMEOUT_MS} "
        f"-c idle_in_transaction_session_timeout={IDLE_TRANSACTION_TIMEOUT_MS}"
    )
    connect = {"application_name": settings.service, "connect_timeout": 3, "options": limits}
    connect |= options.pop("connect_args", {})
    defaults: dict[str, Any] = {"pool_size": 10, "max_overflow": 5, "pool_timeout": 5, "pool_recycle": 1800}
    engine = create_engine(settings.database_url, connect_args=connect, **(defaults | options))
    if "pool_pre_ping" not in options:
        event.listen(engine, "checkout", _refuse_hung_up)
    return engine


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
