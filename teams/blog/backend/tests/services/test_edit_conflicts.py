"""Two editors of one article: nobody's text is overwritten unseen."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import update

from blog.models import articles as table
from blog.services import articles, covers


def picture() -> BytesIO:
    file = BytesIO()
    Image.new("RGB", (900, 600), "navy").save(file, "PNG")
    file.seek(0)
    return file


def save(author, slug: str, based_on: str, **changes):
    return author("PUT", f"/articles/{slug}", {"article": changes | {"basedOn": based_on}})


def test_who_began_before_another_change_of_the_text_is_refused(owner):
    began = owner.publish("Story", "first")["updatedAt"]
    saved = save(owner, "story", began, body="second").json["article"]

    refused = save(owner, "story", began, body="third")

    assert (refused.status_code, refused.json) == (409, {"errors": {"article": ["was changed meanwhile"]}})
    assert owner("GET", "/articles/story").json["article"]["body"] == "second"
    assert save(owner, "story", saved["updatedAt"], body="third").status_code == 200


def test_who_does_not_say_what_they_began_with_overwrites_as_ever(owner):
    owner.publish("Story", "first")
    owner("PUT", "/articles/story", {"article": {"body": "second"}})

    for article in ({"body": "third"}, {"body": "fourth", "basedOn": None}):
        assert owner("PUT", "/articles/story", {"article": article}).status_code == 200


def test_of_two_who_save_at_once_exactly_one_wins(app, owner):
    began = owner.publish("Story", "first")["updatedAt"]
    for attempt in range(10):
        bodies = [f"{attempt} {name}" for name in ("one", "two", "three", "four")]
        with ThreadPoolExecutor(len(bodies)) as pool:
            replies = list(pool.map(lambda body, began=began: save(owner, "story", began, body=body), bodies))

        assert sorted(reply.status_code for reply in replies) == [200, 409, 409, 409]
        (winner,) = [reply.json["article"] for reply in replies if reply.status_code == 200]
        began = winner["updatedAt"]
        assert owner("GET", "/articles/story").json["article"]["body"] == winner["body"]


def test_what_leaves_the_text_alone_is_no_conflict_and_no_update(blog, owner, other, monkeypatch):
    monkeypatch.setattr("blog.tasks.enqueue", lambda *_: None)
    began = owner.publish("Story", "first")["updatedAt"]

    other.comment("story")
    other("POST", "/articles/story/favorite")
    form = {"file": (picture(), "cover.png"), "alt": "Blue"}
    assert owner("PUT", "/articles/story/cover", data=form).status_code == 202
    (upload,) = covers.waiting(blog, seconds=-60)
    assert covers.process(blog, upload) == "ready"

    article = owner("GET", "/articles/story").json["article"]
    assert (article["updatedAt"], article["cover"]["status"], article["favoritesCount"]) == (began, "ready", 1)
    assert save(owner, "story", began, body="second").status_code == 200


def test_new_tags_and_a_publication_on_schedule_are_no_conflict(blog, owner):
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    began = owner.publish("Story", "first", publishAt=later)["updatedAt"]
    owner("PUT", "/articles/story", {"article": {"tagList": ["new"]}})
    with blog.database.begin() as connection:
        connection.execute(update(table).values(publish_at=datetime.now(UTC)))
    articles.publish_due(blog)

    assert save(owner, "story", began, body="second").status_code == 200


def test_a_change_is_later_than_the_one_before_it_even_within_a_millisecond(owner):
    moments = [owner.publish("Story", "0")["updatedAt"]]
    for number in range(20):
        changed = owner("PUT", "/articles/story", {"article": {"body": str(number)}}).json["article"]
        moments.append(changed["updatedAt"])

    assert moments == sorted(set(moments))


@pytest.mark.parametrize("rubbish", ["", "yesterday", "2026-01-01T10:00:00", [], {"a": 1}])
def test_a_beginning_that_is_no_moment_is_refused(owner, rubbish):
    owner.publish("Story", "first")

    refused = save(owner, "story", rubbish, body="second")

    assert refused.status_code == 422
    assert "basedOn" in refused.json["errors"]


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999-12:00"])
def test_the_ends_of_time_are_moments(owner, moment):
    owner.publish("Story", "first")

    assert save(owner, "story", moment, body="second").status_code == (409 if moment.startswith("0") else 200)
