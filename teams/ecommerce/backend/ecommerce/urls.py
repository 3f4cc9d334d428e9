"""Where everything is. Django reads this when the first request comes."""

import functools
import mimetypes
from pathlib import Path

import django.contrib.admin
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from ecommerce import admin, routes
from ecommerce.resources import shop
from ecommerce.routes.pictures import image
from ecommerce.schemas import WORDS
from teamkit.connections import ping_redis
from teamkit.django import ninja_api
from teamkit.health import Health

handler400 = "teamkit.django.bad_request"
handler403 = "teamkit.django.forbidden"
handler404 = "teamkit.django.not_found"
handler500 = "teamkit.django.failed"

_ADMIN_FILES = Path(django.contrib.admin.__file__).parent / "static"


def ping_database() -> None:
    """A health check: raises unless the database answers. In a thread of its own, so with a connection of its own."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()


@functools.cache
def _admin_file(name: str) -> bytes:
    found = (_ADMIN_FILES / name).resolve()
    if not found.is_relative_to(_ADMIN_FILES) or not found.is_file():
        raise Http404
    return found.read_bytes()


def admin_file(request: HttpRequest, name: str) -> HttpResponse:
    """A style sheet or script of the admin."""
    content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return HttpResponse(_admin_file(name), content_type=content_type, headers={"Cache-Control": "max-age=86400"})


api = ninja_api("Shop", Health({"database": ping_database, "redis": ping_redis(shop().redis)}), WORDS)
routes.add_to(api)

urlpatterns = [
    path("api/admin/static/<path:name>", admin_file),
    path("api/admin/", admin.site.urls),
    path("api/", api.urls),
    path("media/<str:digest>.webp", image),
]
