import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import redis
import sqlalchemy as sa
from sqlalchemy import Engine

from ops import secrets
from teamkit import connections
from teamkit.connections import REDIS_CONNECTIONS, Breaker, database_engine, redis_client
from teamkit.django_database import base as django_database

from .conftest import TEAM, Server, TeamSettings, eventually


def test_the_database_connection_is_encrypted_and_the_teams_own(engine: Engine) -> None:
    with engine.connect() as connection:
        row = connection.execute(
            sa.text("select current_user, current_database(), ssl from pg_stat_ssl where pid = pg_backend_pid()")
        ).one()

    assert row == (TEAM, TEAM, True)


def test_the_database_is_refused_when_another_ca_signed_it(settings: TeamSettings, tmp_path: Path) -> None:
    secrets.ensure(tmp_path / "other", [TEAM])
    other = settings.model_copy(update={"tls_ca": f"{tmp_path}/other/ca.crt"})

    with pytest.raises(sa.exc.OperationalError, match="certificate verify failed"):
        database_engine(other).connect()
    with pytest.raises(redis.ConnectionError, match="CERTIFICATE_VERIFY_FAILED"):
        redis_client(other).ping()


def test_a_server_that_answers_under_another_name_is_refused(settings: TeamSettings) -> None:
    other = settings.model_copy(update={"postgres_host": "127.0.0.2", "redis_host": "127.0.0.2"})

    with pytest.raises(sa.exc.OperationalError):
        database_engine(other).connect()
    with pytest.raises(redis.ConnectionError):
        redis_client(other).ping()


def test_a_statement_that_never_ends_is_ended(settings: TeamSettings) -> None:
    engine = database_engine(settings, connect_args={"options": "-c statement_timeout=50"})

    with engine.connect() as connection, pytest.raises(sa.exc.OperationalError, match="statement timeout"):
        connection.execute(sa.text("select pg_sleep(10)"))
    engine.dispose()


def test_a_statement_may_take_five_seconds(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.scalar(sa.text("show statement_timeout")) == "5s"


def test_connections_that_the_server_closed_are_replaced_before_anybody_notices(engine: Engine) -> None:
    with engine.connect() as one, engine.connect() as two:
        pids = [connection.scalar(sa.text("select pg_backend_pid()")) for connection in (one, two)]
    with engine.connect() as killer:
        own = killer.scalar(sa.text("select pg_backend_pid()"))
        for pid in pids:
            if pid != own:
                killer.execute(sa.text("select pg_terminate_backend(:pid, 5000)"), {"pid": pid})

    with engine.connect() as one, engine.connect() as two:
        found = {connection.scalar(sa.text("select pg_backend_pid()")) for connection in (one, two)}

    assert len(found) == 2
    assert own in found


class Door:
    """Counts who knocks; as long as it is shut, it refuses."""

    def __init__(self) -> None:
        self.knocked, self.shut = 0, True

    def __call__(self) -> str:
        self.knocked += 1
        if self.shut:
            raise ConnectionError("nobody at home")
        return "welcome"


def test_who_cannot_be_reached_is_tried_by_one_and_left_alone_by_the_others() -> None:
    door, breaker = Door(), Breaker(seconds=60)

    for _ in range(3):
        with pytest.raises(ConnectionError, match="nobody at home"):
            breaker.call(door)

    assert door.knocked == 1


def test_while_one_tries_again_the_others_do_not_wait_for_it() -> None:
    door, breaker = Door(), Breaker(seconds=0)
    with pytest.raises(ConnectionError):
        breaker.call(door)
    trying, go_on = threading.Event(), threading.Event()

    def slow() -> str:
        trying.set()
        assert go_on.wait(10)
        door.shut = False
        return door()

    with ThreadPoolExecutor() as pool:
        first = pool.submit(breaker.call, slow)
        assert trying.wait(10)
        with pytest.raises(ConnectionError):
            breaker.call(door)
        go_on.set()
        assert first.result() == "welcome"

    assert breaker.call(door) == "welcome"
    assert door.knocked == 3


def test_a_database_that_is_back_is_found_again(settings: TeamSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "BREAK_SECONDS", 0.2)
    away = settings.model_copy(update={"postgres_port": 1})
    engine = database_engine(away)
    tries, connect = 0, engine.dialect.connect

    def there_at_the_second_try(**parameters: object) -> object:
        nonlocal tries
        tries += 1
        return connect(**(parameters | {"port": settings.postgres_port if tries > 1 else 1}))

    monkeypatch.setattr(engine.dialect, "connect", there_at_the_second_try)
    with pytest.raises(sa.exc.OperationalError):
        engine.connect()

    def answers() -> bool:
        try:
            with engine.connect() as connection:
                return connection.scalar(sa.text("select 1")) == 1
        except sa.exc.OperationalError:
            return False

    eventually(answers)
    assert tries == 2
    engine.dispose()


def test_djangos_threads_share_one_breaker(monkeypatch: pytest.MonkeyPatch) -> None:
    door = Door()
    monkeypatch.setattr(django_database, "_breaker", Breaker(seconds=60))
    monkeypatch.setattr(django_database.base.DatabaseWrapper, "get_new_connection", lambda self, parameters: door())

    for _ in range(3):
        with pytest.raises(ConnectionError, match="nobody at home"):
            django_database.DatabaseWrapper({}).get_new_connection({})

    assert door.knocked == 1


def test_a_busy_process_makes_no_more_connections_to_redis_but_waits(settings: TeamSettings) -> None:
    with redis_client(settings) as client, ThreadPoolExecutor(3 * REDIS_CONNECTIONS) as pool:

        def wait(_: int) -> object:
            return client.xread({f"{TEAM}:nothing": "$"}, block=200)

        assert list(pool.map(wait, range(3 * REDIS_CONNECTIONS))) == [[]] * 3 * REDIS_CONNECTIONS
        assert len(client.connection_pool._connections) == REDIS_CONNECTIONS


def test_what_a_dead_machine_does_not_acknowledge_is_given_up(engine: Engine) -> None:
    """Else the kernel tries for a quarter of an hour, and the pool is full of such connections."""
    with engine.connect() as connection:
        made = connection.connection.dbapi_connection
        assert made
        assert made.info.get_parameters()["tcp_user_timeout"] == "6000"  # type: ignore[attr-defined]


def test_the_applications_name_is_seen_by_the_database(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.scalar(sa.text("show application_name")) == f"{TEAM}-tests"


def test_redis_knows_the_client_by_user_and_refuses_other_teams_keys(client: redis.Redis) -> None:
    assert client.acl_whoami() == TEAM
    with pytest.raises(redis.exceptions.NoPermissionError):
        client.get("blog:secret")


def test_a_restart_of_redis_costs_no_request(own_redis: tuple[Server, TeamSettings]) -> None:
    server, settings = own_redis
    with redis_client(settings) as client, redis_client(settings) as probe:
        client.ping()
        server.container.restart()
        eventually(probe.ping)

        assert client.ping()


def test_under_gevent_one_wait_holds_nobody_else_up(settings: TeamSettings) -> None:
    code = """
from gevent import monkey; monkey.patch_all()
import time, gevent, sqlalchemy as sa
from teamkit import passwords
from teamkit.connections import database_engine, redis_client
from tests.bakery_api import Bakery
settings = Bakery.load()
engine, client = database_engine(settings), redis_client(settings)
def query():
    with engine.connect() as connection:
        connection.execute(sa.text("select pg_sleep(1)"))
def wait():
    client.xread({"bakery:nothing": "$"}, block=1000)
longest, last = 0.0, time.perf_counter()
def tick():
    global longest, last
    while True:
        gevent.sleep(0.001)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
with engine.connect(): client.ping()
gevent.spawn(tick)
gevent.sleep(0.05)
started, longest = time.perf_counter(), 0.0
gevent.joinall([gevent.spawn(work) for work in [query] * 4 + [wait] * 4], raise_error=True)
print(time.perf_counter() - started)
stored = gevent.joinall([gevent.spawn(passwords.hash, "x") for _ in range(4)])
assert all(passwords.verify(one.value, "x") for one in stored)
print(longest)
"""

    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 0, ended.stderr
    took, longest = map(float, ended.stdout.split())
    assert took < 3
    assert longest < 1
