"""The tables. Hot reads select exactly the columns they show, so there are no mapped classes."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Computed,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP, TSVECTOR, UUID

metadata = MetaData()


def _moment(name: str, **options) -> Column:
    """Milliseconds, as the API shows them: what sorts here sorts the same way for a client."""
    return Column(name, TIMESTAMP(timezone=True, precision=3), **options)


def _created() -> Column:
    return _moment("created_at", nullable=False, server_default=func.now())


users = Table(
    "users",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("username", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("bio", Text),
    Column("image", Text),
    _created(),
)
# "Kim" and "kim" would pass for each other.
Index("users_username_key", func.lower(users.c.username), unique=True)
Index("users_email_key", func.lower(users.c.email), unique=True)
Index("users_by_username", users.c.username)

follows = Table(
    "follows",
    metadata,
    Column("follower_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("followed_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Index("follows_by_followed", "followed_id"),
)

articles = Table(
    "articles",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("author_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("body", Text, nullable=False),
    # Rendered once at the write: readers are many, writers few.
    Column("body_html", Text, nullable=False),
    # An array keeps the author's order and saves two joins in every list.
    Column("tag_list", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("status", Text, nullable=False, server_default="published"),
    _moment("publish_at"),
    # Counted with the favourite, in one transaction: a list must not count per row.
    Column("favorites_count", Integer, nullable=False, server_default="0"),
    # The cover as readers get it. Its bytes are in cover_images.
    Column("cover", JSONB(none_as_null=True)),
    # Set again on publication: readers see a draft born when it is published.
    _created(),
    _moment("updated_at", nullable=False, server_default=func.now()),
    Column("search", TSVECTOR, Computed("search_document(title, body)", persisted=True)),
    CheckConstraint("status IN ('draft', 'published')", name="articles_status"),
)
_published = text("status = 'published'")
_newest = (articles.c.created_at.desc(), articles.c.id.desc())
Index("articles_newest", *_newest, postgresql_where=_published)
Index("articles_by_author", articles.c.author_id, *_newest)
Index("articles_by_tag", articles.c.tag_list, postgresql_using="gin")
Index("articles_search", articles.c.search, postgresql_using="gin")
Index(
    "articles_due",
    articles.c.publish_at,
    postgresql_where=text("status = 'draft' AND publish_at IS NOT NULL"),
)

revisions = Table(
    "revisions",
    metadata,
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("body", Text, nullable=False),
    _created(),
)

favorites = Table(
    "favorites",
    metadata,
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Index("favorites_by_article", "article_id"),
)

comments = Table(
    "comments",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    Column("author_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("body", Text, nullable=False),
    _created(),
    _moment("updated_at", nullable=False, server_default=func.now()),
    Index("comments_by_article", "article_id", "id"),
    Index("comments_by_author", "author_id"),
)

# What the worker still has to do. The row, not the queue, is the truth: a lost message is sent again.
cover_uploads = Table(
    "cover_uploads",
    metadata,
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("id", UUID(as_uuid=True), nullable=False, unique=True),
    Column("data", LargeBinary, nullable=False),
    _created(),
)

cover_images = Table(
    "cover_images",
    metadata,
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("width", Integer, primary_key=True),
    Column("height", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Index("cover_images_by_sha256", "sha256"),
)
