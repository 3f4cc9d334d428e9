"""Comments under an article, and the live stream of them."""

import redis
import structlog
from prometheus_client import Counter
from sqlalchemy import Row, Select, bindparam, delete, exists, insert, select

from blog import errors, shapes
from blog.models import comments, follows, users
from blog.resources import Blog
from blog.services import articles

written_total = Counter("blog_comments_total", "Comments written")

log = structlog.get_logger()

# More than anybody reads, and a bound on what one reply can weigh.
MAX_LISTED = 500
MAX_ID = 2**63 - 1


def _select() -> Select:
    following = exists().where(
        follows.c.follower_id == bindparam("viewer"), follows.c.followed_id == comments.c.author_id
    )
    return select(
        comments.c.id,
        comments.c.body,
        comments.c.created_at,
        comments.c.updated_at,
        users.c.username,
        users.c.bio,
        users.c.image,
        following.label("following"),
    ).join_from(comments, users, users.c.id == comments.c.author_id)


_of_article = (
    _select().where(comments.c.article_id == bindparam("article")).order_by(comments.c.id.desc()).limit(MAX_LISTED)
)
_by_id = _select().where(comments.c.id == bindparam("id"))


def topic(article_id: int) -> str:
    """The name of an article's stream. By id: a slug may change while people listen."""
    return f"comments:{article_id}"


def stream_topic(blog: Blog, *, slug: str, viewer: int) -> str:
    """The topic of an article's comments, if `viewer` may see the article. Holds no connection afterwards."""
    return topic(articles.get(blog, slug=slug, viewer=viewer).id)


def listed(blog: Blog, *, slug: str, viewer: int) -> list[Row]:
    """The newest first, at most 500."""
    with blog.reading.connect() as connection:
        article = articles.visible(connection, slug, viewer)
        return connection.execute(_of_article, {"article": article.id, "viewer": viewer}).all()


def write(blog: Blog, *, slug: str, author: int, body: str) -> Row:
    """Store a comment, then tell everybody who is listening."""
    with blog.database.begin() as connection:
        article = articles.visible(connection, slug, author)
        values = {"article_id": article.id, "author_id": author, "body": body}
        comment_id = connection.execute(insert(comments).values(values).returning(comments.c.id)).scalar_one()
        comment = connection.execute(_by_id, {"id": comment_id, "viewer": author}).one()
    written_total.inc()
    _tell(blog, article.id, "comment.created", shapes.comment(comment))
    return comment


def remove(blog: Blog, *, slug: str, comment_id: int, user: int) -> None:
    """Delete a comment: its writer may, and so may the article's author, who keeps the house."""
    with blog.database.begin() as connection:
        article = articles.visible(connection, slug, user)
        wanted = (comments.c.id == comment_id, comments.c.article_id == article.id)
        # A number that no id can be would be an error of the database.
        comment = comment_id <= MAX_ID and connection.execute(select(comments.c.author_id).where(*wanted)).first()
        if not comment:
            raise errors.CommentNotFound
        if user not in (comment.author_id, article.author_id):
            raise errors.NotYourComment
        connection.execute(delete(comments).where(*wanted))
    _tell(blog, article.id, "comment.deleted", {"id": comment_id})


def _tell(blog: Blog, article_id: int, event: str, data: dict) -> None:
    try:
        blog.events.publish(topic(article_id), event, data)
    except redis.RedisError as error:
        # What is stored is stored; whoever listens sees it when the page is loaded again.
        log.warning("nobody was told", event_type=event, error=str(error))
