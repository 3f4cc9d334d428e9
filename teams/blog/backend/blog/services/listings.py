"""Lists of articles, newest first: everybody's, a tag's, an author's, a favourite's, a feed, own drafts.

Each page, whatever the filters, is one SELECT: the page's articles with their authors, and the total.
"""

from dataclasses import dataclass
from functools import cache

from sqlalchemy import Row, Select, Text, bindparam, exists, false, func, literal_column, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from blog.models import articles, favorites, follows, users
from blog.resources import Blog


@dataclass(frozen=True)
class Page:
    articles: list[Row]
    total: int


def item_columns(signed_in: bool) -> tuple:
    """What every reply shows of an article, as bind parameter `viewer` sees it. Never the body."""
    favorited = following = false()
    if signed_in:
        favorited = exists().where(favorites.c.user_id == bindparam("viewer"), favorites.c.article_id == articles.c.id)
        following = exists().where(
            follows.c.follower_id == bindparam("viewer"), follows.c.followed_id == articles.c.author_id
        )
    return (
        articles.c.id,
        articles.c.author_id,
        articles.c.slug,
        articles.c.title,
        articles.c.description,
        articles.c.tag_list,
        articles.c.created_at,
        articles.c.updated_at,
        articles.c.favorites_count,
        articles.c.cover,
        users.c.username,
        users.c.bio,
        users.c.image,
        favorited.label("favorited"),
        following.label("following"),
    )


def _conditions(filters: frozenset[str]) -> list:
    author = select(users.c.id).where(users.c.username == bindparam("author")).scalar_subquery()
    fan = select(users.c.id).where(users.c.username == bindparam("favorited")).scalar_subquery()
    followed = select(follows.c.followed_id).where(follows.c.follower_id == bindparam("viewer"))
    known = {
        "tag": articles.c.tag_list.contains(bindparam("tag", type_=ARRAY(Text))),
        "author": articles.c.author_id == author,
        "favorited": articles.c.id.in_(select(favorites.c.article_id).where(favorites.c.user_id == fan)),
        "followed": articles.c.author_id.in_(followed),
        "own": articles.c.author_id == bindparam("viewer"),
        "status": articles.c.status == bindparam("status"),
        # Written out, or the planner would not see that the index of published articles serves.
        "published": articles.c.status == literal_column("'published'"),
    }
    return [known[name] for name in sorted(filters)]


@cache
def _page(filters: frozenset[str], signed_in: bool, extra: tuple[str, ...] = ()) -> Select:
    """One statement per set of filters, kept, so that SQLAlchemy compiles it once."""
    wanted = _conditions(filters)
    total = select(func.count().label("total")).select_from(articles).where(*wanted).subquery("total")
    # First the places in the list, from the index alone; then the rows that stand there.
    ids = (
        select(articles.c.id)
        .where(*wanted)
        .order_by(articles.c.created_at.desc(), articles.c.id.desc())
        .limit(bindparam("limit"))
        .offset(bindparam("offset"))
        .subquery("ids")
    )
    # The total stands on the left: a page beyond the end has one too.
    joined = (
        total.outerjoin(ids, true())
        .outerjoin(articles, articles.c.id == ids.c.id)
        .outerjoin(users, users.c.id == articles.c.author_id)
    )
    columns = (total.c.total, *item_columns(signed_in), *(articles.c[name] for name in extra))
    return select(*columns).select_from(joined).order_by(articles.c.created_at.desc(), articles.c.id.desc())


def _read(blog: Blog, statement: Select, values: dict) -> Page:
    with blog.reading.connect() as connection:
        rows = connection.execute(statement, values).all()
    return Page(articles=[row for row in rows if row.id is not None], total=rows[0].total)


def everybodys(
    blog: Blog,
    *,
    viewer: int,
    limit: int,
    offset: int,
    tag: str | None = None,
    author: str | None = None,
    favorited: str | None = None,
) -> Page:
    """Published articles that fit all the filters given. An unknown author or tag fits none."""
    given = {"tag": tag and [tag], "author": author, "favorited": favorited}
    values = {name: value for name, value in given.items() if value is not None}
    statement = _page(frozenset(values) | {"published"}, viewer != 0)
    return _read(blog, statement, values | {"viewer": viewer, "limit": limit, "offset": offset})


def feed(blog: Blog, *, viewer: int, limit: int, offset: int) -> Page:
    """Published articles of the authors whom `viewer` follows."""
    statement = _page(frozenset({"followed", "published"}), True)
    return _read(blog, statement, {"viewer": viewer, "limit": limit, "offset": offset})


def own(blog: Blog, *, viewer: int, limit: int, offset: int, status: str | None = None) -> Page:
    """The viewer's own articles, drafts among them."""
    statement = _page(frozenset({"own", "status"} if status else {"own"}), True, ("status", "publish_at"))
    return _read(blog, statement, {"viewer": viewer, "status": status, "limit": limit, "offset": offset})


def newest_in_full(blog: Blog, *, limit: int) -> list[Row]:
    """Published articles with their HTML, for the feeds that programs read."""
    statement = _page(frozenset({"published"}), False, ("body_html",))
    return _read(blog, statement, {"limit": limit, "offset": 0}).articles
