import subprocess
import sys
from pathlib import Path

import pytest
import redis
import sqlalchemy as sa
from sqlalchemy import Engine

from ops import secrets
from teamkit.connections import database_engine, redis_client

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
