"""What is cached, and what makes it stale. Every write that readers can see ends in one call from here.

A write first commits, then calls one of the `..._changed` functions, then answers. Whoever asks after that
answer gets the new version.
"""

from collections.abc import Callable

import orjson

from blog.resources import Blog

# Anything that a list, the tags or the feeds show.
LISTS = "lists"
# Names and pictures of authors stand on every article.
AUTHORS = "authors"


def _article(slug: str) -> str:
    return f"article:{slug}"


def of_lists(blog: Blog, key: tuple, make: Callable[[], bytes]) -> bytes:
    """Bytes that depend on more than one article: lists, tags, feeds."""
    return _through(blog, ("lists", *key), make, LISTS)


def of_article(blog: Blog, slug: str, make: Callable[[], bytes]) -> bytes:
    return _through(blog, ("article", slug), make, _article(slug), AUTHORS)


def _through(blog: Blog, key: tuple, make: Callable[[], bytes], *tags: str) -> bytes:
    if not blog.settings.cache_enabled:
        return make()
    return blog.cache.get_or_make(orjson.dumps(key).decode(), make, blog.settings.cache_seconds, tags)


def article_changed(blog: Blog, *slugs: str) -> None:
    """An article was written, hidden, deleted or favourited; the old slug and the new, where they differ."""
    blog.cache.invalidate(LISTS, *map(_article, slugs))


def author_changed(blog: Blog) -> None:
    blog.cache.invalidate(LISTS, AUTHORS)
