"""Favourites, and their count on the article, which always move together."""

from sqlalchemy import Row, bindparam, delete, update
from sqlalchemy.dialects.postgresql import insert

from blog.models import articles, favorites
from blog.resources import Blog
from blog.services import articles as articles_service
from blog.services import freshness

_count = (
    update(articles)
    .where(articles.c.id == bindparam("article"))
    .values(favorites_count=articles.c.favorites_count + bindparam("change"))
)


def add(blog: Blog, *, slug: str, user: int) -> Row:
    """Favour the article. Twice counts once."""
    with blog.database.begin() as connection:
        article = articles_service.visible(connection, slug, user)
        values = {"user_id": user, "article_id": article.id}
        added = insert(favorites).values(values).on_conflict_do_nothing().returning(favorites.c.article_id)
        if connection.execute(added).first():
            connection.execute(_count, {"article": article.id, "change": 1})
        article = articles_service.visible(connection, slug, user)
    freshness.article_changed(blog, slug)
    return article


def remove(blog: Blog, *, slug: str, user: int) -> Row:
    with blog.database.begin() as connection:
        article = articles_service.visible(connection, slug, user)
        mine = (favorites.c.user_id == user, favorites.c.article_id == article.id)
        if connection.execute(delete(favorites).where(*mine)).rowcount:
            connection.execute(_count, {"article": article.id, "change": -1})
        article = articles_service.visible(connection, slug, user)
    freshness.article_changed(blog, slug)
    return article
