"""One migrated PostgreSQL and one Redis for all tests of the shop; each test begins with empty tables.

Django reads its configuration when it is imported, so nothing of the shop is imported before `settings` has run.
"""

import asyncio
import json
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ops import secrets
from shared.python.tests.conftest import Server, eventually, start_server
from teamkit.connections import database_engine, ping_database, ping_redis, redis_client

__all__ = ["eventually", "start_server"]

PASSWORD = "correct horse"
KEY = "0123456789abcdef" * 4


@pytest.fixture(scope="session")
def all_secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop-secrets")
    secrets.ensure(folder, ["ecommerce"])
    return folder


@pytest.fixture(scope="session")
def settings(
    start_server: Callable[[str], Server], all_secrets: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    """The environment of a shop's container; from here on its modules can be imported."""
    run = tmp_path_factory.mktemp("shop-run")
    sources = {"ca.crt": "ca.crt", "tls.crt": "tls/ecommerce-api.crt", "tls.key": "tls/ecommerce-api.key"}
    sources |= {name: f"ecommerce/{name}" for name in ("postgres_password", "redis_password", "jwt_key")}
    for name, source in sources.items():
        shutil.copyfile(all_secrets / source, run / name)
    (run / "payment_key").write_text(KEY)
    postgres, redis = start_server("postgres"), start_server("redis")
    values = {"SECRETS_DIR": run, "POSTGRES_HOST": "localhost", "POSTGRES_PORT": postgres.port}
    values |= {"REDIS_HOST": "localhost", "REDIS_PORT": redis.port, "SERVICE": "ecommerce-api"}
    values |= {"TLS_CA": run / "ca.crt", "TLS_CERT": run / "tls.crt", "TLS_KEY": run / "tls.key"}
    # The users of all tests share one address, and the number 1.
    values |= {"SIGNUPS_PER_ADDRESS_PER_MINUTE": 1_000_000, "WRITES_PER_USER_PER_MINUTE": 1_000_000}
    values |= {"DJANGO_SETTINGS_MODULE": "ecommerce.settings"}
    with pytest.MonkeyPatch.context() as environment:
        for name, value in values.items():
            environment.setenv(name, str(value))
        from ecommerce.config import settings

        found = settings()
        engine = database_engine(found)
        postgres.wait_for(ping_database(engine))
        engine.dispose()
        client = redis_client(found)
        redis.wait_for(ping_redis(client))
        client.close()
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        yield found


@pytest.fixture
def shop(settings: Any) -> Iterator[Any]:
    """The process' own resources, over empty tables."""
    from django.db import connection, connections

    from ecommerce.resources import shop

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE users, categories, coupons RESTART IDENTITY CASCADE")
    shop().cache.invalidate("lists")
    yield shop()
    connections.close_all()


@pytest.fixture
def rules(shop: Any) -> SimpleNamespace:
    """The services and the tables."""
    from ecommerce import errors, models
    from ecommerce.services import carts, listings, mails, orders, payments, pictures, pricing, products, stock, users

    found = (errors, models, carts, listings, mails, orders, payments, pictures, pricing, products, stock, users)
    return SimpleNamespace(**{module.__name__.rpartition(".")[2]: module for module in found})


@pytest.fixture
def category(rules: SimpleNamespace) -> Any:
    return rules.models.Category.objects.create(slug="bags", name_en="Bags", name_ko="가방")


@pytest.fixture
def make_product(shop: Any, rules: SimpleNamespace, category: Any) -> Callable[..., Any]:
    """A product with one variant: `make_product(stock=50)`."""

    def make(title: str = "", stock: int = 10, price: int = 1_000, description: str = "Well made", **more: Any) -> Any:
        sku = uuid.uuid4().hex[:12]
        variant = {"sku": sku, "name": "one size", "price": price, "stock": stock}
        return rules.products.create(
            shop,
            title=title or f"Thing {sku}",
            description=description,
            category="bags",
            currency=more.get("currency", "KRW"),
            variants=[variant],
        )

    return make


@dataclass
class Buyer:
    """A user with an address."""

    id: int
    address: int


@pytest.fixture
def make_buyer(rules: SimpleNamespace) -> Callable[[], Buyer]:
    def make() -> Buyer:
        # Not by users.sign_up: 200 passwords would take 20 s.
        user = rules.models.User.objects.create(email=f"{uuid.uuid4().hex}@example.com", name="Buyer", password="!")
        where = {"recipient": "Kim", "phone": "010", "street": "1", "city": "Seoul", "postal_code": "04524"}
        address = rules.models.Address.objects.create(user=user, country="KR", **where)
        return Buyer(user.id, address.id)

    return make


@pytest.fixture
def checkout(shop: Any, rules: SimpleNamespace) -> Callable[..., bytes]:
    """Orders what is in a buyer's cart; gives the reply's bytes."""

    def place(buyer: Buyer, key: str = "", **wishes: Any) -> bytes:
        values = {"address_id": buyer.address, "coupon": None, "expected_total": None} | wishes
        return rules.orders.place(shop, user=buyer.id, key=key or uuid.uuid4().hex, **values)

    return place


@pytest.fixture
def order(rules: SimpleNamespace, checkout: Callable[..., bytes]) -> Callable[..., Any]:
    """Puts so many of a variant into a buyer's cart and orders them; gives the order's JSON."""

    def place(buyer: Buyer, variant_id: int, quantity: int = 1, **wishes: Any) -> dict:
        rules.carts.put(rules.carts.of_user(buyer.id), variant_id=variant_id, quantity=quantity)
        return json.loads(checkout(buyer, **wishes))["order"]

    return place


@dataclass
class Reply:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@pytest.fixture(scope="session")
def app(settings: Any) -> Any:
    from ecommerce.asgi import app

    return app


@dataclass
class Client:
    """A browser: one user's token on every request, which goes into the application as a server would send it."""

    app: Any
    token: str = ""

    def __call__(self, method: str, path: str, content: Any = None, **headers: str) -> Reply:
        return asyncio.run(self.send(method, path, content, **headers))

    async def send(
        self, method: str, path: str, content: Any = None, *, reply: Reply | None = None, **headers: str
    ) -> Reply:
        """As calling it, within an event loop; `reply` grows while a stream is open."""
        path, _, query = path.partition("?")
        body = content if isinstance(content, bytes) else b"" if content is None else json.dumps(content).encode()
        named = {"content-type": "application/json", "content-length": str(len(body)), "host": "localhost"}
        if self.token:
            named["authorization"] = f"Bearer {self.token}"
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        scope = {
            "type": "http",
            "method": method,
            "scheme": "https",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in named.items()],
            "client": ("127.0.0.1", 1),
            "server": ("localhost", 8000),
        }
        messages = [{"type": "http.request", "body": body}]
        reply = reply or Reply()

        async def receive() -> dict[str, Any]:
            if messages:
                return messages.pop()
            await asyncio.Event().wait()
            raise AssertionError

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                reply.status = message["status"]
                reply.headers = {name.decode().lower(): value.decode() for name, value in message["headers"]}
            else:
                reply.body += message.get("body", b"")

        await self.app(scope, receive, send)
        return reply


@pytest.fixture
def visitor(app: Any, shop: Any) -> Client:
    return Client(app)


@pytest.fixture
def sign_up(app: Any, shop: Any) -> Callable[..., Client]:
    def sign_up(name: str, **more: Any) -> Client:
        client = Client(app)
        user = {"name": name, "email": f"{name}@example.com", "password": PASSWORD}
        reply = client("POST", "/api/users", user | more)
        assert reply.status == 201, reply.body
        client.token = reply.json["token"]
        return client

    return sign_up


@pytest.fixture
def owner(sign_up: Callable[..., Client]) -> Client:
    return sign_up("owner")


@pytest.fixture
def staff(sign_up: Callable[..., Client], rules: SimpleNamespace) -> Client:
    client = sign_up("staff")
    rules.users.promote("staff@example.com")
    return client


def product_form(product: Any, row: Any = (), **values: Any) -> dict[str, Any]:
    """What a browser sends of the admin's page of a product with one variant; `row` are the variant's fields."""
    variant = product.variants.get()
    rows = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 1, "0-id": variant.id, "0-product": product.id, "0-sku": variant.sku}
    rows |= {"0-name": variant.name, "0-price": variant.price, "0-arrived": ""} | dict(row)
    own = {"category": product.category_id, "title": product.title, "description": product.description} | values
    return own | {f"variants-{name}": value for name, value in rows.items()}


@pytest.fixture
def desk(shop: Any, rules: SimpleNamespace, staff: Client) -> Callable[..., str]:
    """Django's admin in the browser of staff: `desk("product", id, form)` saves, and gives the page that comes next."""
    import django.test

    browser = django.test.Client()
    browser.force_login(rules.models.User.objects.get(email="staff@example.com"))

    def save(model: str, id: int | None, form: dict[str, Any], page: str = "change") -> str:
        path = f"/api/admin/ecommerce/{model}/{f'{id}/{page}/' if id else page}"
        answer = browser.post(path, form, secure=True)
        # Anything else is the form once more, with what is wrong in it.
        assert answer.status_code == 302, answer.content.decode()
        return browser.get(answer["Location"], secure=True).content.decode()

    return save


@pytest.fixture
def django_statements(settings: Any) -> Any:
    """`with django_statements() as statements:` collects the SQL that is sent meanwhile."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    return lambda: CaptureQueriesContext(connection)
