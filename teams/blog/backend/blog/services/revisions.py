"""The edit history: every text that an article had, for its author."""

from datetime import datetime

from sqlalchemy import Connection, Row, func, insert, select

from blog import errors
from blog.models import revisions
from blog.resources import Blog
from blog.services import articles as articles_service

# What the column can hold; no article has that many.
MAX_NUMBER = 2**31 - 1


def record(
    connection: Connection, article_id: int, title: str, description: str, body: str, created_at: datetime
) -> None:
    """Keep this text as the next revision. The article's row is locked or new, so no two get one number."""
    last = select(func.coalesce(func.max(revisions.c.number), 0)).where(revisions.c.article_id == article_id)
    values = {"article_id": article_id, "number": last.scalar_subquery() + 1, "created_at": created_at}
    text = {"title": title, "description": description, "body": body}
    connection.execute(insert(revisions).values(values | text))


def any_after(connection: Connection, article_id: int, moment: datetime) -> bool:
    """Whether the text has changed since."""
    newer = select(revisions.c.number).where(revisions.c.article_id == article_id, revisions.c.created_at > moment)
    return connection.execute(newer.limit(1)).first() is not None


def listed(blog: Blog, *, slug: str, author: int) -> list[Row]:
    """Number, title and moment of each revision, newest first."""
    columns = (revisions.c.number, revisions.c.title, revisions.c.created_at)
    with blog.database.begin() as connection:
        article = articles_service.own(connection, slug, author)
        statement = select(*columns).where(revisions.c.article_id == article.id)
        return connection.execute(statement.order_by(revisions.c.number.desc())).all()


def get(blog: Blog, *, slug: str, number: int, author: int) -> Row:
    number = min(number, MAX_NUMBER)
    with blog.database.begin() as connection:
        article = articles_service.own(connection, slug, author)
        wanted = (revisions.c.article_id == article.id, revisions.c.number == number)
        revision = connection.execute(select(revisions).where(*wanted)).one_or_none()
    if revision is None:
        raise errors.RevisionNotFound
    return revision
