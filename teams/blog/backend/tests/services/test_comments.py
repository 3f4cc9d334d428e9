"""Live comments: nobody misses one, not even between two connections."""

import json
import threading
from collections.abc import Iterator

import pytest


class Stream:
    """An EventSource, read in a thread."""

    def __init__(self, app, slug: str, **headers: str) -> None:
        self.response = app.test_client().get(f"/api/articles/{slug}/comments/stream", headers=headers)
        assert self.response.status_code == 200
        self.chunks: Iterator[bytes] = iter(self.response.iter_encoded())
        assert next(self.chunks) == b": open\n\n"

    def event(self) -> dict[str, str]:
        for chunk in self.chunks:
            if not chunk.startswith(b":"):
                return dict(line.split(": ", 1) for line in chunk.decode().strip().split("\n"))
        raise AssertionError("the stream ended")

    def close(self) -> None:
        self.response.close()


@pytest.fixture
def slug(owner) -> str:
    return owner.publish()["slug"]


def test_who_listens_gets_what_others_write_and_delete(app, owner, other, slug):
    stream = Stream(app, slug)

    written = other.comment(slug, "안녕하세요")
    created = stream.event()
    owner("DELETE", f"/articles/{slug}/comments/{written['id']}")
    deleted = stream.event()
    stream.close()

    assert created["event"] == "comment.created"
    assert json.loads(created["data"]) == written
    assert (deleted["event"], json.loads(deleted["data"])) == ("comment.deleted", {"id": written["id"]})


def test_a_reconnect_replays_what_was_missed(app, other, slug):
    stream = Stream(app, slug)
    other.comment(slug, "one")
    last = stream.event()["id"]
    stream.close()
    other.comment(slug, "two")
    other.comment(slug, "three")

    again = Stream(app, slug, **{"Last-Event-ID": last})
    replayed = [json.loads(again.event()["data"])["body"] for _ in range(2)]
    again.close()

    assert replayed == ["two", "three"]


def test_a_stream_holds_no_database_connection(app, blog, slug):
    before = blog.database.pool.checkedout()
    streams = [Stream(app, slug) for _ in range(5)]

    assert blog.database.pool.checkedout() == before
    for stream in streams:
        stream.close()


def test_a_full_house_is_said_and_a_place_comes_free(app, blog, visitor, slug, monkeypatch):
    full = threading.Semaphore(1)
    monkeypatch.setitem(blog.__dict__, "places", full)
    stream = Stream(app, slug)

    reply = visitor("GET", f"/articles/{slug}/comments/stream")
    stream.close()

    assert (reply.status_code, reply.headers["Retry-After"]) == (503, "5")
    Stream(app, slug).close()


def test_a_draft_has_no_stream_for_others(visitor, owner):
    draft = owner.publish(status="draft")["slug"]

    assert visitor("GET", f"/articles/{draft}/comments/stream").status_code == 404


def test_a_comment_is_kept_even_if_nobody_can_be_told(blog, owner, slug, monkeypatch):
    import redis

    def fail(*_):
        raise redis.ConnectionError

    monkeypatch.setattr(type(blog.events), "publish", fail)

    assert owner.comment(slug, "kept")["body"] == "kept"
    assert len(owner("GET", f"/articles/{slug}/comments").json["comments"]) == 1
