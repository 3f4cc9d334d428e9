"""Full-text search in Korean and English, with the words found marked."""

from dataclasses import dataclass

from sqlalchemy import Row, bindparam, func, literal_column, select

from blog.models import articles, users
from blog.resources import Blog
from blog.services.listings import item_columns
from blog.services.markdown import to_words
from teamkit.search import highlight

# Ranking reads the vector of every hit. For a word in thousands of articles the newest are as good an answer.
RANKED_UP_TO = 1000


@dataclass(frozen=True)
class Found:
    article: Row
    title: str
    body: str


_query = func.search_query(bindparam("q"))
_hits = (articles.c.search.op("@@")(_query), articles.c.status == literal_column("'published'"))
_count = select(func.count()).select_from(articles).where(*_hits)


def _page(signed_in: bool, ranked: bool):
    order = [articles.c.created_at.desc(), articles.c.id.desc()]
    if ranked:
        order.insert(0, func.ts_rank(articles.c.search, _query).desc())
    return (
        select(*item_columns(signed_in), articles.c.body)
        .join_from(articles, users, users.c.id == articles.c.author_id)
        .where(*_hits)
        .order_by(*order)
        .limit(bindparam("limit"))
        .offset(bindparam("offset"))
    )


_pages = {(signed, ranked): _page(signed, ranked) for signed in (True, False) for ranked in (True, False)}


def find(blog: Blog, *, q: str, viewer: int, limit: int, offset: int) -> tuple[list[Found], int]:
    """Published articles with all the words of `q`, the best first, and how many there are in all."""
    values = {"q": q, "viewer": viewer, "limit": limit, "offset": offset}
    with blog.reading.connect() as connection:
        total = connection.execute(_count, values).scalar_one()
        page = _pages[viewer != 0, total <= RANKED_UP_TO]
        rows = connection.execute(page, values).all() if total > offset else []
    return [Found(row, highlight(row.title, q), highlight(to_words(row.body), q)) for row in rows], total
