"""The least that Django can do with the same server: what the shop's figures are held against."""

import django
import orjson
import redis
from django.conf import settings as django_settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from ecommerce import config, settings
from teamkit import asgi
from teamkit.connections import redis_client

BODY_BYTES = 9_000  # what a page of 20 products takes
KEY = "ecommerce:bench"
QUERY = "SELECT id, slug, title, currency, price, created_at FROM products WHERE NOT archived ORDER BY created_at DESC, id DESC LIMIT 20"

django_settings.configure(
    ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="-", DATABASES=settings.DATABASES, LOGGING_CONFIG=None
)
django.setup()
from teamkit.django import Handler  # noqa: E402

store: redis.Redis = redis_client(config.settings())
fixed = b'{"products":"' + b"x" * BODY_BYTES + b'"}'


def reply(body: bytes) -> HttpResponse:
    return HttpResponse(body, content_type="application/json")


def a_fixed_body(request: HttpRequest) -> HttpResponse:
    return reply(fixed)


def one_select(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(QUERY)
        names = [column.name for column in cursor.description]
        return reply(orjson.dumps([dict(zip(names, row, strict=True)) for row in cursor.fetchall()]))


def one_redis_get(request: HttpRequest) -> HttpResponse:
    return reply(store.get(KEY))


def ready(request: HttpRequest) -> HttpResponse:
    return reply(b"{}")


urlpatterns = [
    path("fixed", a_fixed_body),
    path("select", one_select),
    path("get", one_redis_get),
    path("api/health/ready", ready),
]

if __name__ == "__main__":
    store.set(KEY, fixed)
    asgi.serve(asgi.Application(Handler(), config.settings()), config.settings())
