"""Cover images: taken in by the API, made small by the worker, kept in the database."""

from hashlib import sha256
from uuid import UUID, uuid4

from prometheus_client import Counter
from sqlalchemy import Connection, bindparam, delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from blog import errors
from blog.models import articles, cover_images, cover_uploads
from blog.resources import Blog
from blog.services import articles as articles_service
from blog.services import freshness
from teamkit import images
from teamkit.problems import Refused

processed_total = Counter("blog_covers_processed_total", "Cover images that the worker finished", ["result"])
for _result in ("ready", "failed"):
    # Begins at 0: Prometheus cannot see the increase of a series that was not there before.
    processed_total.labels(_result)

_image = select(cover_images.c.data).where(cover_images.c.sha256 == bindparam("sha256")).limit(1)


def put(blog: Blog, *, slug: str, author: int, data: bytes, alt: str) -> tuple[UUID, dict]:
    """Take in a new cover: the id of the upload to process, and the cover as readers see it meanwhile.

    What is not an image, or too large a one, is refused here; the worker gets what looks right.
    """
    images.inspect(data, blog.settings.cover_max_bytes)
    upload = {"id": uuid4(), "data": data, "created_at": func.now()}
    cover = _cover("processing", alt)
    with blog.database.begin() as connection:
        article = articles_service.own(connection, slug, author)
        statement = upsert(cover_uploads).values(article_id=article.id, **upload)
        connection.execute(statement.on_conflict_do_update(index_elements=["article_id"], set_=upload))
        _show(connection, article.id, cover)
    freshness.article_changed(blog, slug)
    return upload["id"], cover


def describe(blog: Blog, *, slug: str, author: int, alt: str) -> dict:
    """The cover, with another text for those who do not see the picture."""
    with blog.database.begin() as connection:
        article = articles_service.own(connection, slug, author)
        if article.cover is None:
            raise errors.CoverNotFound
        cover = article.cover | {"alt": alt}
        _show(connection, article.id, cover)
    freshness.article_changed(blog, slug)
    return cover


def remove(blog: Blog, *, slug: str, author: int) -> None:
    with blog.database.begin() as connection:
        article = articles_service.own(connection, slug, author)
        for table in (cover_uploads, cover_images):
            connection.execute(delete(table).where(table.c.article_id == article.id))
        _show(connection, article.id, None)
    freshness.article_changed(blog, slug)


def process(blog: Blog, upload_id: UUID) -> str:
    """Make the small images of an upload: "ready", "failed", or "gone" where there is nothing left to do.

    Safe to repeat and to interrupt: the upload's row goes in the same transaction that brings the images.
    """
    with blog.reading.connect() as connection:
        wanted = cover_uploads.c.id == upload_id
        data = connection.execute(select(cover_uploads.c.data).where(wanted)).scalar_one_or_none()
    if data is None:
        return "gone"
    try:
        made = images.derive(data)
    except Refused as refused:
        return _finish(blog, upload_id, [], str(refused.detail or refused.title))
    return _finish(blog, upload_id, made, None)


def give_up(blog: Blog, upload_id: UUID) -> str:
    """The worker died of this picture more than once: say so instead of trying for ever."""
    return _finish(blog, upload_id, [], "The picture could not be processed.")


def _finish(blog: Blog, upload_id: UUID, made: list[images.Derivative], reason: str | None) -> str:
    with blog.database.begin() as connection:
        # The article first, as everywhere: two orders of locking would be a deadlock.
        owner = select(cover_uploads.c.article_id).where(cover_uploads.c.id == upload_id).scalar_subquery()
        article = connection.execute(select(articles).where(articles.c.id == owner).with_for_update()).one_or_none()
        taken = connection.execute(delete(cover_uploads).where(cover_uploads.c.id == upload_id)).rowcount
        if article is None or not taken:
            return "gone"
        connection.execute(delete(cover_images).where(cover_images.c.article_id == article.id))
        rows = [_row(article.id, image) for image in made]
        if rows:
            connection.execute(insert(cover_images), rows)
        result = "failed" if reason else "ready"
        _show(connection, article.id, _cover(result, article.cover["alt"], rows, reason))
    processed_total.labels(result).inc()
    freshness.article_changed(blog, article.slug)
    return result


def waiting(blog: Blog, *, seconds: int) -> list[UUID]:
    """Uploads older than this that no worker finished: their message was lost, or never sent."""
    old = cover_uploads.c.created_at < func.now() - text("make_interval(secs => :seconds)").bindparams(seconds=seconds)
    with blog.reading.connect() as connection:
        return list(connection.scalars(select(cover_uploads.c.id).where(old).order_by(cover_uploads.c.created_at)))


def image(blog: Blog, *, digest: str) -> bytes:
    with blog.reading.connect() as connection:
        data = connection.execute(_image, {"sha256": digest}).scalar_one_or_none()
    if data is None:
        raise errors.ImageNotFound
    return bytes(data)


def _row(article_id: int, image: images.Derivative) -> dict:
    return {
        "article_id": article_id,
        "width": image.width,
        "height": image.height,
        "sha256": sha256(image.bytes).hexdigest(),
        "data": image.bytes,
    }


def _cover(status: str, alt: str, rows: list[dict] = (), reason: str | None = None) -> dict:
    shown = [{"url": f"/media/{row['sha256']}.webp", "width": row["width"], "height": row["height"]} for row in rows]
    return {"status": status, "alt": alt, "images": shown, "reason": reason}


def _show(connection: Connection, article_id: int, cover: dict | None) -> None:
    connection.execute(update(articles).where(articles.c.id == article_id).values(cover=cover))
