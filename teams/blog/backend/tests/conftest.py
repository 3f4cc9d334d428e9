"""One migrated PostgreSQL and one Redis for all tests of the blog; each test begins with empty tables."""

import shutil
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from ops import secrets
from shared.python.tests.conftest import Server, eventually, start_server
from teamkit.connections import database_engine, ping_database, ping_redis, redis_client

__all__ = ["eventually", "start_server"]

BACKEND = Path(__file__).parents[1]
PASSWORD = "correct horse"


@pytest.fixture(scope="session")
def all_secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("blog-secrets")
    secrets.ensure(folder, ["blog"])
    return folder


@pytest.fixture(scope="session")
def settings(
    start_server: Callable[[str], Server], all_secrets: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    """The environment of a blog container; from here on blog.config finds it."""
    run = tmp_path_factory.mktemp("blog-run")
    sources = {"ca.crt": "ca.crt", "tls.crt": "tls/blog-api.crt", "tls.key": "tls/blog-api.key"}
    sources |= {name: f"blog/{name}" for name in ("postgres_password", "redis_password", "jwt_key")}
    for name, source in sources.items():
        shutil.copyfile(all_secrets / source, run / name)
    postgres, redis = start_server("postgres"), start_server("redis")
    values = {"SECRETS_DIR": run, "POSTGRES_HOST": "localhost", "POSTGRES_PORT": postgres.port}
    values |= {"REDIS_HOST": "localhost", "REDIS_PORT": redis.port, "SERVICE": "blog-api"}
    values |= {"TLS_CA": run / "ca.crt", "TLS_CERT": run / "tls.crt", "TLS_KEY": run / "tls.key"}
    # The users of all tests share one address, and the number 1.
    values |= {"SIGNUPS_PER_ADDRESS_PER_MINUTE": 1_000_000, "WRITES_PER_USER_PER_MINUTE": 1_000_000}
    with pytest.MonkeyPatch.context() as environment:
        for name, value in values.items():
            environment.setenv(name, str(value))
        from blog import config

        config.settings.cache_clear()
        found = config.settings()
        engine = database_engine(found)
        postgres.wait_for(ping_database(engine))
        engine.dispose()
        client = redis_client(found)
        redis.wait_for(ping_redis(client))
        client.close()
        _migrate()
        yield found


def _migrate() -> None:
    from alembic.command import upgrade
    from alembic.config import Config

    upgrade(Config(str(BACKEND / "alembic.ini")), "head")


@pytest.fixture(scope="session")
def app(settings: Any) -> Iterator[Any]:
    sys.modules.pop("blog.wsgi", None)
    from blog.wsgi import app

    yield app
    app.extensions["blog"].database.dispose()
    app.extensions["blog"].redis.close()


@pytest.fixture
def blog(app: Any) -> Iterator[Any]:
    """The application's own resources, over empty tables and an empty Redis."""
    found = app.extensions["blog"]
    with found.database.begin() as connection:
        connection.execute(text("TRUNCATE users RESTART IDENTITY CASCADE"))
    for tag in ("lists", "authors"):
        found.cache.invalidate(tag)
    return found


@dataclass
class Client:
    """A browser: one user's token on every request."""

    http: FlaskClient
    name: str = ""
    token: str = ""
    refresh: str = ""

    def __call__(self, method: str, path: str, json: Any = None, **options: Any) -> Any:
        headers = options.pop("headers", {})
        if self.token:
            headers = {"Authorization": f"Token {self.token}"} | headers
        if json is not None:
            options["json"] = json
        return self.http.open(f"/api{path}", method=method, headers=headers, **options)

    def publish(self, title: str = "", body: str = "Text", tags: tuple[str, ...] = (), **more: Any) -> dict:
        title = title or f"Title {uuid.uuid4().hex[:8]}"
        article = {"title": title, "description": "About", "body": body, "tagList": list(tags)} | more
        reply = self("POST", "/articles", {"article": article})
        assert reply.status_code == 201, reply.text
        return reply.json["article"]

    def comment(self, slug: str, body: str = "So true") -> dict:
        return self("POST", f"/articles/{slug}/comments", {"comment": {"body": body}}).json["comment"]

    def titles(self, query: str = "") -> list[str]:
        return [article["title"] for article in self("GET", f"/articles{query}").json["articles"]]


@pytest.fixture
def visitor(app: Any, blog: Any) -> Client:
    return Client(app.test_client())


@pytest.fixture
def sign_up(app: Any, blog: Any) -> Callable[[str], Client]:
    def sign_up(name: str) -> Client:
        client = Client(app.test_client(), name)
        user = {"username": name, "email": f"{name}@example.com", "password": PASSWORD}
        reply = client("POST", "/users", {"user": user}).json["user"]
        client.token, client.refresh = reply["token"], reply["refreshToken"]
        return client

    return sign_up


@pytest.fixture
def owner(sign_up: Callable[[str], Client]) -> Client:
    return sign_up("owner")


@pytest.fixture
def other(sign_up: Callable[[str], Client]) -> Client:
    return sign_up("other")
