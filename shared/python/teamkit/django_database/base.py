"""Django's PostgreSQL, with the breaker that `connections.database_engine` has: `"ENGINE": "teamkit.django_database"`."""

from typing import Any

from django.db.backends.postgresql import base

from teamkit.connections import BREAK_SECONDS, Breaker

# For all threads of the process: they share the database.
_breaker = Breaker(BREAK_SECONDS)


class DatabaseWrapper(base.DatabaseWrapper):  # type: ignore[misc]
    """Where the database cannot be reached a thread is told so at once, unless it is the one that tries."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A new connection; the exception of the last one that tried where that was a moment ago."""
        return _breaker.call(lambda: base.DatabaseWrapper.get_new_connection(self, conn_params))
