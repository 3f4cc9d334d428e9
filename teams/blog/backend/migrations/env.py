"""How Alembic reaches the database: with the same settings as the application."""

from alembic import context
from sqlalchemy import text

from blog.config import settings
from blog.models import metadata
from teamkit import logs
from teamkit.connections import database_engine

# Any number that no other lock of this database uses.
LOCK = 5_317_225


def upgrade() -> None:
    logs.configure(settings().service, settings().log_level)
    # An index on a large table takes longer than a request may.
    engine = database_engine(settings(), connect_args={"options": "-c statement_timeout=0"})
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=True)
        # Two replicas that start together must not both migrate.
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        connection.commit()
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


upgrade()
