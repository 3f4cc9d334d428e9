"""What Django looks up for the small API of bakery_django.py."""

from tests.bakery_api import Bakery

settings = Bakery.load()

SECRET_KEY = settings.jwt_key.get_secret_value()
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "tests.bakery_django"
LOGGING_CONFIG = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000
DATABASES = {
    "default": {
        "ENGINE": "teamkit.django_database",
        "HOST": settings.postgres_host,
        "PORT": settings.postgres_port,
        "NAME": settings.team,
        "USER": settings.team,
        "PASSWORD": settings.postgres_password.get_secret_value(),
        "CONN_MAX_AGE": None,
        "OPTIONS": {"sslmode": "verify-full", "sslrootcert": settings.tls_ca},
    }
}
