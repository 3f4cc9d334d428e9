"""What Django itself looks up. What may differ between installations is in config.py."""

import hmac

from ecommerce.config import settings
from teamkit.connections import database_options

_settings = settings()

DEBUG = False
# Of its own, though from the same file: who learns one has not learned the other.
SECRET_KEY = hmac.digest(_settings.jwt_key.get_secret_value().encode(), b"django", "sha256").hex()
# The edge decides which host names there are, and passes them on.
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "ecommerce.urls"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "ecommerce",
]
# None for the API, which knows its users by their tokens; admin.py puts what its pages need around them alone.
MIDDLEWARE: list[str] = []
# And emails are unique whatever their case, which is a constraint that auth does not recognise.
SILENCED_SYSTEM_CHECKS = ["admin.E408", "admin.E409", "admin.E410", "auth.E003"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": "teamkit.django_database",
        "HOST": _settings.postgres_host,
        "PORT": _settings.postgres_port,
        "NAME": _settings.team,
        "USER": _settings.team,
        "PASSWORD": _settings.postgres_password.get_secret_value(),
        # Each thread of teamkit.django keeps its own, which is all that a pool would do.
        "CONN_MAX_AGE": None,
        # Aggregates over a page of a list are cheaper than a server-side cursor's round trips.
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {
            "sslmode": "verify-full",
            "sslrootcert": _settings.tls_ca,
            **database_options(_settings.service),
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "ecommerce.User"
PASSWORD_HASHERS = ["ecommerce.hashers.Argon2id"]

# The edge writes this header itself, and passes on Host as the browser sent it, port included: a form is taken from
# the very origin that it is sent to, whichever port that is, and from no other. So no list of origins to trust.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = True
CSRF_COOKIE_PATH = SESSION_COOKIE_PATH = "/api/admin/"
SESSION_COOKIE_AGE = 8 * 3600

DATA_UPLOAD_MAX_MEMORY_SIZE = _settings.json_max_bytes
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * _settings.picture_max_bytes

# The admin's own files; see urls.py.
STATIC_URL = "/api/admin/static/"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ko", "한국어")]
# teamkit.logs has configured it: one JSON object a line.
LOGGING_CONFIG = None
