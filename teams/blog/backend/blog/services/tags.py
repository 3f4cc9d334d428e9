"""The tags of published articles."""

from sqlalchemy import func, literal_column, select

from blog.models import articles
from blog.resources import Blog

_tag = func.unnest(articles.c.tag_list).label("tag")
_used = select(_tag).where(articles.c.status == literal_column("'published'")).subquery()
_most_used = select(_used.c.tag).group_by(_used.c.tag).order_by(func.count().desc(), _used.c.tag).limit(100)


def most_used(blog: Blog) -> list[str]:
    """At most 100, the most used first."""
    with blog.reading.connect() as connection:
        return list(connection.scalars(_most_used))
