"""The stand-in over a real Redis."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ops import secrets
from shared.python.tests.conftest import Server, eventually, start_server
from teamkit.connections import redis_client

__all__ = ["eventually", "start_server"]

KEY = "0123456789abcdef" * 4


@pytest.fixture(scope="session")
def all_secrets(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("payments-secrets")
    secrets.ensure(folder, ["ecommerce"])
    return folder


@pytest.fixture(scope="session")
def settings(start_server: Callable[[str], Server], all_secrets: Any) -> Any:
    from stand_in.config import Settings

    redis = start_server("redis")
    words = {name: (all_secrets / "ecommerce" / name).read_text().strip() for name in ("jwt_key", "redis_password")}
    found = Settings(
        postgres_password="-",
        payment_key=KEY,
        redis_host="localhost",
        redis_port=redis.port,
        tls_ca=str(all_secrets / "ca.crt"),
        **words,
    )
    client = redis_client(found)
    redis.wait_for(client.ping)
    client.close()
    return found


@pytest.fixture
def ledger(settings: Any) -> Iterator[Any]:
    from stand_in.ledger import Ledger

    with redis_client(settings) as client:
        client.delete(f"{settings.prefix}provider:due")
        yield Ledger(client, settings.prefix)
