"""One PostgreSQL and one Redis from the course's own images, TLS and all, for every test here."""

import shutil
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
import docker.errors
import pytest
import redis
from docker.models.containers import Container
from sqlalchemy import Engine

from ops import secrets
from teamkit.connections import database_engine, ping_database, ping_redis, redis_client
from teamkit.settings import Settings

TEAM = "bakery"
PLATFORM = Path(__file__).parents[3] / "platform"


class TeamSettings(Settings):
    """As a team has them."""

    team: str = TEAM
    service: str = f"{TEAM}-tests"


@dataclass(frozen=True)
class Server:
    """A container and the port of this host at which it answers."""

    container: Container
    port: int

    def wait_for(self, answer: Callable[[], Any]) -> None:
        """Until it answers; a container that gave up fails with its own words."""

        def answers() -> bool:
            self.container.reload()
            if self.container.status == "exited":
                pytest.fail(f"the container ended: {self.container.logs(tail=20).decode()}")
            answer()
            return True

        eventually(answers, 60)


def eventually(condition: Callable[[], Any], seconds: float = 30) -> Any:
    """The first true result of the condition; fails if there is none in time."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            if result := condition():
                return result
            problem: object = "it stayed false"
        except Exception as error:
            problem = error
        assert time.monotonic() < deadline, f"not within {seconds} s: {problem}"
        time.sleep(0.05)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def all_secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `./nox -s secrets` makes."""
    folder = tmp_path_factory.mktemp("secrets")
    secrets.ensure(folder, [TEAM])
    return folder


@pytest.fixture(scope="session")
def run_secrets(all_secrets: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one of the team's containers finds in /run/secrets."""
    folder = tmp_path_factory.mktemp("run")
    sources = {"ca.crt": "ca.crt", "tls.crt": f"tls/{TEAM}-worker.crt", "tls.key": f"tls/{TEAM}-worker.key"}
    sources |= {name: f"{TEAM}/{name}" for name in ("postgres_password", "redis_password", "jwt_key")}
    for name, source in sources.items():
        shutil.copyfile(all_secrets / source, folder / name)
    return folder


@pytest.fixture(scope="session")
def start_server(all_secrets: Path) -> Iterator[Callable[[str], Server]]:
    """Starts a `postgres` or a `redis`; all of them are removed at the end."""
    engine = docker.from_env()
    started: list[Container] = []

    def start(kind: str) -> Server:
        image, port, configuration, own = {
            "postgres": ("course/postgres:17", 5432, "/etc/postgresql", ["postgres_password", "postgres_roles"]),
            "redis": ("course/redis:8", 6379, "/etc/redis", ["redis_users.acl"]),
        }[kind]
        own = [*own, "ca.crt", "postgres_exporter_password"]
        mounts = {str(all_secrets / name): f"/run/secrets/{name}" for name in own}
        mounts |= {str(all_secrets / f"tls/{kind}.{end}"): f"/run/secrets/tls.{end}" for end in ("crt", "key")}
        mounts |= {str(file): f"{configuration}/{file.name}" for file in (PLATFORM / kind).glob("*.conf")}
        outside = free_port()
        container = engine.containers.run(
            image,
            detach=True,
            read_only=True,
            tmpfs={"/tmp": "size=16m"},
            labels={"course.tests": "1"},
            ports={f"{port}/tcp": ("127.0.0.1", outside)},
            volumes={source: {"bind": target, "mode": "ro"} for source, target in mounts.items()},
        )
        started.append(container)
        return Server(container, outside)

    yield start
    for container in started:
        with suppress(docker.errors.NotFound):
            container.remove(force=True, v=True)
    engine.close()


@pytest.fixture(scope="session")
def settings(start_server: Callable[[str], Server], run_secrets: Path) -> Iterator[TeamSettings]:
    """Settings that lead to the two running servers."""
    postgres, keys = start_server("postgres"), start_server("redis")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SECRETS_DIR", str(run_secrets))
        environment.setenv("POSTGRES_HOST", "localhost")
        environment.setenv("POSTGRES_PORT", str(postgres.port))
        environment.setenv("REDIS_HOST", "localhost")
        environment.setenv("REDIS_PORT", str(keys.port))
        environment.setenv("TLS_CA", str(run_secrets / "ca.crt"))
        environment.setenv("TLS_CERT", str(run_secrets / "tls.crt"))
        environment.setenv("TLS_KEY", str(run_secrets / "tls.key"))
        found = TeamSettings.load()
        engine = database_engine(found)
        postgres.wait_for(ping_database(engine))
        engine.dispose()
        client = redis_client(found)
        keys.wait_for(ping_redis(client))
        client.close()
        yield found


@pytest.fixture
def prefix() -> str:
    """A corner of the team's keys that no other test sees."""
    return f"{TEAM}:{uuid.uuid4().hex}:"


@pytest.fixture
def client(settings: TeamSettings) -> Iterator[redis.Redis]:
    """The team's Redis."""
    with redis_client(settings) as found:
        yield found


@pytest.fixture
def engine(settings: TeamSettings) -> Iterator[Engine]:
    """The team's database."""
    found = database_engine(settings)
    yield found
    found.dispose()


@pytest.fixture
def own_redis(start_server: Callable[[str], Server], settings: TeamSettings) -> Iterator[tuple[Server, Any]]:
    """A Redis that this test may stop, and the settings that lead to it."""
    server = start_server("redis")
    own = settings.model_copy(update={"redis_port": server.port})
    with redis_client(own) as found:
        server.wait_for(found.ping)
    yield server, own
    server.container.remove(force=True, v=True)


@pytest.fixture
def no_redis(settings: TeamSettings) -> Iterator[redis.Redis]:
    """A client of a Redis that is not there."""
    with redis_client(settings, port=free_port()) as found:
        yield found
