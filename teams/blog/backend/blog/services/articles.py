"""One article: who may write it, who may see it, and when it is out."""

from datetime import UTC, datetime
from functools import cache

from prometheus_client import Counter
from sqlalchemy import Connection, Row, Select, bindparam, delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from blog import errors
from blog.models import articles, users
from blog.resources import Blog
from blog.services import freshness, revisions
from blog.services.listings import item_columns
from blog.services.markdown import to_html
from teamkit.slugs import slug_of, told_apart

published_total = Counter("blog_articles_published_total", "Articles that became visible to readers")

# now() is when the transaction began, before it waited for the lock; and two changes within a millisecond must differ.
_later = func.greatest(func.clock_timestamp(), articles.c.updated_at + text("interval '1 millisecond'"))


@cache
def _one(signed_in: bool) -> Select:
    extra = (articles.c.body, articles.c.body_html, articles.c.status, articles.c.publish_at)
    visible = articles.c.status == "published"
    if signed_in:
        visible = or_(visible, articles.c.author_id == bindparam("viewer"))
    return (
        select(*item_columns(signed_in), *extra)
        .join_from(articles, users, users.c.id == articles.c.author_id)
        .where(articles.c.slug == bindparam("slug"), visible)
    )


def get(blog: Blog, *, slug: str, viewer: int) -> Row:
    """The article as `viewer` (0: a visitor) sees it. A draft exists for its author alone."""
    with blog.reading.connect() as connection:
        return visible(connection, slug, viewer)


def visible(connection: Connection, slug: str, viewer: int) -> Row:
    """As `get`, inside somebody's transaction."""
    article = connection.execute(_one(viewer != 0), {"slug": slug, "viewer": viewer}).one_or_none()
    if article is None:
        raise errors.ArticleNotFound
    return article


def create(
    blog: Blog,
    *,
    author: int,
    title: str,
    description: str,
    body: str,
    tags: list[str],
    status: str = "published",
    publish_at: datetime | None = None,
) -> Row:
    """Write an article. A moment in the future makes it a draft that publishes itself then.

    Refused with Taken where the author has an article of that title; another author's gets a longer slug.
    """
    if publish_at is not None and publish_at <= datetime.now(UTC):
        publish_at = None
    values = {
        "author_id": author,
        "title": title,
        "description": description,
        "body": body,
        "body_html": to_html(body),
        "tag_list": _unique(tags),
        "status": "draft" if publish_at else status,
        "publish_at": publish_at,
    }
    with blog.database.begin() as connection:
        slug = slug_of(title)
        article_id = _insert(connection, slug, values)
        if article_id is None:
            _refuse_second_of_author(connection, slug, author)
            slug = told_apart(slug)
            article_id = _insert(connection, slug, values)
        article = visible(connection, slug, author)
        revisions.record(connection, article_id, title, description, body, article.updated_at)

    if article.status == "published":
        published_total.inc()
    freshness.article_changed(blog, slug)
    return article


def _insert(connection: Connection, slug: str, values: dict) -> int | None:
    """None where the slug is taken."""
    statement = insert(articles).values(slug=slug, **values).on_conflict_do_nothing(index_elements=["slug"])
    return connection.execute(statement.returning(articles.c.id)).scalar_one_or_none()


def _refuse_second_of_author(connection: Connection, slug: str, author: int) -> None:
    owner = connection.execute(select(articles.c.author_id).where(articles.c.slug == slug)).scalar_one_or_none()
    if owner == author:
        raise errors.Taken("title")


def own(connection: Connection, slug: str, author: int) -> Row:
    """The author's article, locked until the transaction ends.

    Somebody else's draft is not found; somebody else's article is refused.
    """
    article = connection.execute(select(articles).where(articles.c.slug == slug).with_for_update()).one_or_none()
    if article is None or (article.status == "draft" and article.author_id != author):
        raise errors.ArticleNotFound
    if article.author_id != author:
        raise errors.NotYourArticle
    return article


def change(blog: Blog, *, slug: str, author: int, changes: dict, based_on: datetime | None = None) -> Row:
    """Change only what `changes` names: title, description, body, tags, status, publish_at.

    A new title gives a new slug; a change of the text leaves the old one in the edit history.
    Refused with ChangedMeanwhile where the text has changed since `based_on`, an `updated_at` of the article.
    """
    try:
        with blog.database.begin() as connection:
            old = own(connection, slug, author)
            if based_on is not None and revisions.any_after(connection, old.id, based_on):
                raise errors.ChangedMeanwhile
            values = _contents(changes) | _publication(old, changes)
            new_slug = slug
            if slug_of(values.get("title", old.title)) != slug_of(old.title):
                new_slug = slug_of(values["title"])
                if connection.execute(select(articles.c.id).where(articles.c.slug == new_slug)).first():
                    _refuse_second_of_author(connection, new_slug, author)
                    new_slug = told_apart(new_slug)
            values |= {"slug": new_slug, "updated_at": _later}
            connection.execute(update(articles).where(articles.c.id == old.id).values(values))
            new = visible(connection, new_slug, author)
            if (new.title, new.description, new.body) != (old.title, old.description, old.body):
                revisions.record(connection, old.id, new.title, new.description, new.body, new.updated_at)
    except IntegrityError as error:
        raise errors.Taken("title") from error

    if old.status == "draft" and new.status == "published":
        published_total.inc()
    freshness.article_changed(blog, slug, new_slug)
    return new


def _contents(changes: dict) -> dict:
    values = {field: changes[field] for field in ("title", "description", "body") if field in changes}
    if "body" in values:
        values["body_html"] = to_html(values["body"])
    if "tags" in changes:
        values["tag_list"] = _unique(changes["tags"])
    return values


def _publication(old: Row, changes: dict) -> dict:
    """Status and moment after the change, and a new birthday for a draft that comes out."""
    status = changes.get("status", old.status)
    publish_at = changes.get("publish_at", old.publish_at if "status" not in changes else None)
    if status == "draft" and "publish_at" not in changes:
        publish_at = old.publish_at
    if publish_at is not None and publish_at > datetime.now(UTC):
        if old.status == "published" and status == "published":
            raise errors.Unacceptable(publishAt="is in the future, but the article is already published")
        return {"status": "draft", "publish_at": publish_at}
    values = {"status": status, "publish_at": None}
    if old.status == "draft" and status == "published":
        values["created_at"] = func.now()
    return values


def remove(blog: Blog, *, slug: str, author: int) -> None:
    with blog.database.begin() as connection:
        article = own(connection, slug, author)
        connection.execute(delete(articles).where(articles.c.id == article.id))
    freshness.article_changed(blog, slug)


def publish_due(blog: Blog) -> int:
    """Publish every scheduled draft whose moment has come; how many there were."""
    due = (articles.c.status == "draft", articles.c.publish_at <= func.now())
    values = {"status": "published", "publish_at": None, "created_at": func.now(), "updated_at": _later}
    with blog.database.begin() as connection:
        slugs = connection.scalars(update(articles).where(*due).values(values).returning(articles.c.slug)).all()
    if slugs:
        published_total.inc(len(slugs))
        freshness.article_changed(blog, *slugs)
    return len(slugs)


def _unique(tags: list[str]) -> list[str]:
    """Each tag once, in the author's order."""
    return list(dict.fromkeys(tags))
