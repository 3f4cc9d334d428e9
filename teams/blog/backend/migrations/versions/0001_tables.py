"""The first tables. A migration is history: it does not import models, which will change."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from teamkit.search import CREATE_SQL, DROP_SQL

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _moment(name: str, **options) -> sa.Column:
    return sa.Column(name, pg.TIMESTAMP(timezone=True, precision=3), **options)


def _now(name: str) -> sa.Column:
    return _moment(name, nullable=False, server_default=sa.func.now())


def _of(table: str, name: str, **options) -> sa.Column:
    return sa.Column(name, sa.BigInteger, sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), **options)


def upgrade() -> None:
    op.execute(CREATE_SQL)

    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("username", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("bio", sa.Text),
        sa.Column("image", sa.Text),
        _now("created_at"),
    )
    op.create_index("users_username_key", "users", [sa.text("lower(username)")], unique=True)
    op.create_index("users_email_key", "users", [sa.text("lower(email)")], unique=True)
    op.create_index("users_by_username", "users", ["username"])

    op.create_table(
        "follows",
        _of("users", "follower_id", primary_key=True),
        _of("users", "followed_id", primary_key=True),
    )
    op.create_index("follows_by_followed", "follows", ["followed_id"])

    op.create_table(
        "articles",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("slug", sa.Text, nullable=False, unique=True),
        _of("users", "author_id", nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("body_html", sa.Text, nullable=False),
        sa.Column("tag_list", pg.ARRAY(sa.Text), nullable=False, server_default=sa.text("'{}'")),
        sa.Column("status", sa.Text, nullable=False, server_default="published"),
        _moment("publish_at"),
        sa.Column("favorites_count", sa.Integer, nullable=False, server_default="0"),
        sa.Column("cover", pg.JSONB),
        _now("created_at"),
        _now("updated_at"),
        sa.Column("search", pg.TSVECTOR, sa.Computed("search_document(title, body)", persisted=True)),
        sa.CheckConstraint("status IN ('draft', 'published')", name="articles_status"),
    )
    newest = [sa.text("created_at DESC"), sa.text("id DESC")]
    op.create_index("articles_newest", "articles", newest, postgresql_where=sa.text("status = 'published'"))
    op.create_index("articles_by_author", "articles", ["author_id", *newest])
    op.create_index("articles_by_tag", "articles", ["tag_list"], postgresql_using="gin")
    op.create_index("articles_search", "articles", ["search"], postgresql_using="gin")
    due = sa.text("status = 'draft' AND publish_at IS NOT NULL")
    op.create_index("articles_due", "articles", ["publish_at"], postgresql_where=due)

    op.create_table(
        "revisions",
        _of("articles", "article_id", primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        _now("created_at"),
    )

    op.create_table(
        "favorites",
        _of("users", "user_id", primary_key=True),
        _of("articles", "article_id", primary_key=True),
    )
    op.create_index("favorites_by_article", "favorites", ["article_id"])

    op.create_table(
        "comments",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        _of("articles", "article_id", nullable=False),
        _of("users", "author_id", nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        _now("created_at"),
        _now("updated_at"),
    )
    op.create_index("comments_by_article", "comments", ["article_id", "id"])
    op.create_index("comments_by_author", "comments", ["author_id"])

    op.create_table(
        "cover_uploads",
        _of("articles", "article_id", primary_key=True),
        sa.Column("id", sa.UUID, nullable=False, unique=True),
        sa.Column("data", sa.LargeBinary, nullable=False),
        _now("created_at"),
    )
    op.create_table(
        "cover_images",
        _of("articles", "article_id", primary_key=True),
        sa.Column("width", sa.Integer, primary_key=True),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_index("cover_images_by_sha256", "cover_images", ["sha256"])


def downgrade() -> None:
    for table in (
        "cover_images",
        "cover_uploads",
        "comments",
        "favorites",
        "revisions",
        "articles",
        "follows",
        "users",
    ):
        op.drop_table(table)
    op.execute(DROP_SQL)
