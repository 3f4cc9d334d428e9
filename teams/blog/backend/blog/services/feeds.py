"""The newest articles for feed readers: RSS 2.0 and Atom (RFC 4287)."""

from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import quote
from xml.etree import ElementTree

from sqlalchemy import Row

from teamkit.moments import moment

TITLE = "Blog"
ATOM = "http://www.w3.org/2005/Atom"
NEWEST = 20
# An empty feed was updated at no moment, and RFC 4287 demands one.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)

ElementTree.register_namespace("atom", ATOM)


def rss(articles: Iterable[Row], site: str) -> bytes:
    """`site` is the address that readers use, without a slash at the end."""
    root = ElementTree.Element("rss", version="2.0")
    channel = _add(root, "channel")
    _add(channel, "title", TITLE)
    _add(channel, "link", f"{site}/")
    _add(channel, "description", "The newest articles")
    _add(channel, f"{{{ATOM}}}link", href=f"{site}/api/feed.rss", rel="self", type="application/rss+xml")
    for article in articles:
        item = _add(channel, "item")
        _add(item, "title", _plain(article.title))
        _add(item, "link", _address(site, article))
        _add(item, "guid", f"{site}/articles/{article.id}", isPermaLink="false")
        _add(item, "pubDate", format_datetime(article.created_at.astimezone(UTC), usegmt=True))
        _add(item, "description", _plain(article.body_html))
        for tag in article.tag_list:
            _add(item, "category", _plain(tag))
    return _bytes(root)


def atom(articles: list[Row], site: str) -> bytes:
    root = ElementTree.Element(f"{{{ATOM}}}feed")
    _add_atom(root, "id", f"{site}/")
    _add_atom(root, "title", TITLE)
    _add_atom(root, "updated", moment(max((row.updated_at for row in articles), default=NEVER)))
    _add_atom(root, "link", href=f"{site}/api/feed.atom", rel="self")
    _add_atom(root, "link", href=f"{site}/")
    for article in articles:
        entry = _add_atom(root, "entry")
        _add_atom(entry, "id", f"{site}/articles/{article.id}")
        _add_atom(entry, "title", _plain(article.title))
        _add_atom(entry, "link", href=_address(site, article))
        _add_atom(entry, "published", moment(article.created_at))
        _add_atom(entry, "updated", moment(article.updated_at))
        _add_atom(_add_atom(entry, "author"), "name", _plain(article.username))
        _add_atom(entry, "summary", _plain(article.description))
        _add_atom(entry, "content", _plain(article.body_html), type="html")
        for tag in article.tag_list:
            _add_atom(entry, "category", term=_plain(tag))
    return _bytes(root)


def _address(site: str, article: Row) -> str:
    return f"{site}/article/{quote(article.slug)}"


def _plain(text: str) -> str:
    """Without the control characters that XML 1.0 cannot carry in any spelling."""
    return "".join(char for char in text if (char >= " " and char not in "\ufffe\uffff") or char in "\t\n\r")


def _add(parent: ElementTree.Element, name: str, content: str | None = None, **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, name, attributes)
    element.text = content
    return element


def _add_atom(
    parent: ElementTree.Element, name: str, content: str | None = None, **attributes: str
) -> ElementTree.Element:
    return _add(parent, f"{{{ATOM}}}{name}", content, **attributes)


def _bytes(root: ElementTree.Element) -> bytes:
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
