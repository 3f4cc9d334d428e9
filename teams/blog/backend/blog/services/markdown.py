"""Markdown in, safe HTML out. Nothing that an author writes may run in a reader's browser."""

import re

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


# Fences, the marks before a heading, a quotation or a list's item, pictures and links (their words stay), and what makes bold or code.
# Every repetition is bounded or cannot overlap another: a text of 50,000 brackets or line ends takes no longer than any other.
_MARKS = re.compile(
    r"^[ \t]*(?:```|~~~).*$"
    r"|^[ \t]{0,3}(?:#{1,6}|>|[-*+]|\d{1,9}[.)])[ \t]+"
    r"|!?\[([^][\n]{0,500})\]\([^()\n]{0,2000}\)"
    r"|\*\*|__|`",
    re.MULTILINE,
)


def to_words(text: str) -> str:
    """Markdown as it is read aloud, for an excerpt. Not HTML, and not safe as such."""
    return _MARKS.sub(lambda found: found[1] or "", text)
