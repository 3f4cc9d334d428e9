"""RSS and Atom."""

from apiflask import APIBlueprint
from flask import Response, request

from blog.routes.access import blog
from blog.routes.replies import fresh
from blog.services import feeds, freshness, listings

bp = APIBlueprint("feeds", __name__, url_prefix="/api", tag="Feeds")

XML = {"type": "string"}


@bp.get("/feed.rss")
@bp.output(XML, content_type="application/rss+xml")
@bp.doc(operation_id="GetRssFeed")
def rss():
    """The newest articles as RSS 2.0"""
    return _feed("rss", feeds.rss)


@bp.get("/feed.atom")
@bp.output(XML, content_type="application/atom+xml")
@bp.doc(operation_id="GetAtomFeed")
def atom():
    """The newest articles as Atom"""
    return _feed("atom", feeds.atom)


def _feed(kind: str, written) -> Response:
    # The edge speaks nothing but HTTPS to readers.
    site = f"https://{request.host}"

    def make() -> bytes:
        return written(listings.newest_in_full(blog(), limit=feeds.NEWEST), site)

    return fresh(freshness.of_lists(blog(), (kind, site), make), public=True, mimetype=f"application/{kind}+xml")
