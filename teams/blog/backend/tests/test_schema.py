"""The tables that migrations make are the tables that the code knows."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from blog.models import metadata


def test_migrations_and_models_agree(blog):
    with blog.database.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        difference = compare_metadata(context, metadata)

    assert difference == []
