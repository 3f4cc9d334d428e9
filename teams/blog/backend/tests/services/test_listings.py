"""Lists cost the same whatever the page: SELECTs are counted, not guessed."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event


@contextmanager
def statements(blog) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(connection, cursor, statement, *rest):
        seen.append(statement)

    event.listen(blog.database, "before_cursor_execute", note)
    yield seen
    event.remove(blog.database, "before_cursor_execute", note)


PAGES = [
    "/articles",
    "/articles?limit=100",
    "/articles?limit=5&offset=20",
    "/articles?offset=1000",
    "/articles?tag=t1",
    "/articles?author=owner",
    "/articles?favorited=other",
    "/articles?tag=t1&author=owner&favorited=other",
    "/articles/feed",
    "/articles/feed?limit=3",
    "/user/articles?status=draft",
    "/tags",
    "/search?q=text",
]


@pytest.mark.parametrize("path", PAGES)
def test_a_list_takes_at_most_four_statements(blog, owner, other, path):
    for number in range(25):
        owner.publish(f"Number {number}", tags=(f"t{number % 3}", "all"))
    other("POST", "/articles/number-1/favorite")
    other("POST", "/profiles/owner/follow")

    with statements(blog) as seen:
        reply = other("GET", path)

    assert reply.status_code == 200
    assert 1 <= len(seen) <= 4, seen


@pytest.mark.parametrize("path", ["/articles", "/articles/number-1", "/tags"])
def test_the_second_visitor_costs_the_database_nothing(blog, owner, visitor, path):
    owner.publish("Number 1")
    first = visitor("GET", path)

    with statements(blog) as seen:
        second = visitor("GET", path)

    assert seen == []
    assert second.data == first.data
    assert second.headers["ETag"] == first.headers["ETag"]
