"""Markdown in, safe HTML out. Nothing that an author writes may run in a reader's browser."""

import nh3
from markdown_it import MarkdownIt

# html: False already shows raw HTML as text; nh3 is the second lock on the same door.
_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])

_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol",
    "p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "code": {"class"}, "ol": {"start"}}
# No javascript:, no data:; relative addresses (our own images) need no scheme.
_SCHEMES = {"http", "https", "mailto"}


def _checked(tag: str, attribute: str, value: str) -> str | None:
    """Only `language-x` classes, for the highlighter; anything else could dress up as our own interface."""
    if tag == "code" and attribute == "class":
        return value if value.startswith("language-") and " " not in value else None
    return value


def to_html(text: str) -> str:
    """Sanitised HTML of CommonMark text with tables. Links are nofollow and open without a referrer."""
    return nh3.clean(
        _markdown.render(text),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_checked,
        url_schemes=_SCHEMES,
        link_rel="nofollow noopener noreferrer",
    )
