"""Whoever reads after a write was acknowledged reads what was written, by any path, as anybody."""

import threading

import pytest

LISTS = (
    "/articles",
    "/articles?tag=t",
    "/articles?author=owner",
    "/tags",
    "/feed.rss",
    "/feed.atom",
    "/articles/story",
)

WRITES = {
    "edit": lambda owner: owner("PUT", "/articles/story", {"article": {"description": "Anew"}}),
    "retag": lambda owner: owner("PUT", "/articles/story", {"article": {"tagList": ["other"]}}),
    "hide": lambda owner: owner("PUT", "/articles/story", {"article": {"status": "draft"}}),
    "delete": lambda owner: owner("DELETE", "/articles/story"),
    "favour": lambda owner: owner("POST", "/articles/story/favorite"),
    "another": lambda owner: owner.publish("Another", tags=("t",)),
    "bio": lambda owner: owner("PUT", "/user", {"user": {"bio": "I am new"}}),
    "rename": lambda owner: owner("PUT", "/user", {"user": {"username": "renamed"}}),
}


@pytest.mark.parametrize("write", WRITES)
def test_no_visitor_gets_what_a_write_has_made_old(app, owner, visitor, write):
    owner.publish("Story", tags=("t",))
    for path in LISTS:
        visitor("GET", path)

    WRITES[write](owner)

    cached = {path: visitor("GET", path).data for path in LISTS}
    blog = app.extensions["blog"]
    blog.cache.invalidate("lists", "authors", "article:story")
    for path in LISTS:
        # Host and moment aside, the true answer is what a cold cache gives.
        assert visitor("GET", path).data == cached[path], f"{path} was stale after {write}"


def test_ten_edits_under_readers_are_never_read_late(app, owner, visitor):
    owner.publish("Story", body="version 0")
    acknowledged, done, late = [0], threading.Event(), []

    def read() -> None:
        client = app.test_client()
        while not done.is_set():
            before = acknowledged[0]
            body = client.get("/api/articles/story").json["article"]["body"]
            if int(body.removeprefix("version ")) < before:
                late.append((body, before))

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for version in range(1, 11):
        owner("PUT", "/articles/story", {"article": {"body": f"version {version}"}})
        acknowledged[0] = version
    done.set()
    for reader in readers:
        reader.join()

    assert late == []


def test_an_unchanged_list_is_304_and_a_changed_one_is_not(owner, visitor):
    owner.publish("Story")
    etag = visitor("GET", "/articles").headers["ETag"]

    same = visitor("GET", "/articles", headers={"If-None-Match": etag})
    owner.publish("Another")
    changed = visitor("GET", "/articles", headers={"If-None-Match": etag})

    assert (same.status_code, same.data) == (304, b"")
    assert changed.status_code == 200


def test_a_shared_cache_may_keep_what_visitors_get_and_nothing_else(owner, visitor):
    slug = owner.publish()["slug"]

    for path in ("/articles", f"/articles/{slug}", f"/articles/{slug}/comments"):
        assert visitor("GET", path).headers["Cache-Control"] == "public, no-cache"
        assert owner("GET", path).headers["Cache-Control"] == "private, no-cache"
        assert visitor("GET", path).headers["Vary"] == "Authorization"
