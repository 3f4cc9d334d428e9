from pathlib import Path

import pytest
import redis
import sqlalchemy as sa
from sqlalchemy import Engine
from teamkit.connections import database_engine, redis_client

from ops import secrets

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
