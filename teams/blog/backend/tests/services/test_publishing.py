"""Drafts, schedules and the edit history."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from blog.models import articles as table
from blog.services import articles


def in_an_hour() -> str:
    return (datetime.now(UTC) + timedelta(hours=1)).isoformat()


def make_due(blog, slug: str) -> None:
    with blog.database.begin() as connection:
        past = datetime.now(UTC) - timedelta(seconds=1)
        connection.execute(update(table).where(table.c.slug == slug).values(publish_at=past))


def test_a_draft_is_seen_by_its_author_alone(owner, other, visitor):
    draft = owner.publish("Secret plan", "unfinished", ("t",), status="draft")

    assert draft["status"] == "draft"
    assert owner("GET", "/articles/secret-plan").status_code == 200
    for reader in (other, visitor):
        assert reader("GET", "/articles/secret-plan").status_code == 404
        assert reader("GET", "/articles").json["articlesCount"] == 0
        assert reader("GET", "/articles?author=owner").json["articlesCount"] == 0
        assert reader("GET", "/search?q=unfinished").json["articlesCount"] == 0
        assert reader("GET", "/tags").json == {"tags": []}
        assert b"Secret" not in reader("GET", "/feed.rss").data + reader("GET", "/feed.atom").data


def test_own_drafts_are_listed(owner, other):
    owner.publish("Out")
    owner.publish("Draft", status="draft")

    assert owner.titles("") == ["Out"]
    assert [a["title"] for a in owner("GET", "/user/articles?status=draft").json["articles"]] == ["Draft"]
    assert owner("GET", "/user/articles").json["articlesCount"] == 2
    assert other("GET", "/user/articles").json["articlesCount"] == 0
    assert owner("GET", "/user/articles?status=lost").status_code == 422


def test_a_scheduled_article_comes_out_when_its_moment_has_come(blog, owner, visitor):
    article = owner.publish("Later", publishAt=in_an_hour())
    assert (article["status"], article["publishAt"] is not None) == ("draft", True)
    assert articles.publish_due(blog) == 0

    make_due(blog, "later")

    assert articles.publish_due(blog) == 1
    assert articles.publish_due(blog) == 0
    published = visitor("GET", "/articles/later").json["article"]
    assert (published["status"], published["publishAt"]) == ("published", None)
    assert visitor.titles() == ["Later"]


def test_a_draft_that_comes_out_late_is_the_newest(owner, visitor):
    owner.publish("Draft first", status="draft")
    owner.publish("Published meanwhile")

    owner("PUT", "/articles/draft-first", {"article": {"status": "published"}})

    assert visitor.titles() == ["Draft first", "Published meanwhile"]


def test_a_schedule_can_be_moved_and_dropped(blog, owner):
    owner.publish("Later", publishAt=in_an_hour())

    moved = owner("PUT", "/articles/later", {"article": {"publishAt": in_an_hour()}}).json["article"]
    dropped = owner("PUT", "/articles/later", {"article": {"publishAt": None}}).json["article"]

    assert moved["publishAt"] is not None
    assert (dropped["status"], dropped["publishAt"]) == ("draft", None)


def test_a_schedule_survives_an_edit_of_the_text(owner):
    owner.publish("Later", publishAt=in_an_hour())

    assert owner("PUT", "/articles/later", {"article": {"body": "new"}}).json["article"]["publishAt"]
    assert owner("PUT", "/articles/later", {"article": {"status": "draft"}}).json["article"]["publishAt"]


def test_what_is_out_cannot_be_scheduled(owner):
    owner.publish("Out")

    reply = owner("PUT", "/articles/out", {"article": {"publishAt": in_an_hour()}})

    assert reply.status_code == 422
    assert "publishAt" in reply.json["errors"]


def test_a_moment_without_a_zone_or_centuries_away_is_refused(owner):
    for moment in ("2030-01-01T10:00:00", "9999-12-31T23:59:59-12:00", "soon", 7**30):
        article = {"title": "T", "description": "d", "body": "b", "publishAt": moment}
        assert owner("POST", "/articles", {"article": article}).status_code == 422


def test_every_text_is_kept_and_nothing_else_counts_as_an_edit(owner):
    owner.publish("Story", "first", ("t",))
    owner("PUT", "/articles/story", {"article": {"body": "second"}})
    owner("PUT", "/articles/story", {"article": {"tagList": ["u"]}})
    owner("PUT", "/articles/story", {"article": {"title": "Story two"}})

    listed = owner("GET", "/articles/story-two/revisions").json["revisions"]

    assert [(revision["number"], revision["title"]) for revision in listed] == [
        (3, "Story two"),
        (2, "Story"),
        (1, "Story"),
    ]
    assert set(listed[0]) == {"number", "title", "createdAt"}
    assert owner("GET", "/articles/story-two/revisions/1").json["revision"]["body"] == "first"
    assert owner("GET", "/articles/story-two/revisions/2").json["revision"]["body"] == "second"
    assert owner("GET", "/articles/story-two/revisions/9").status_code == 404
    assert owner("GET", "/articles/story-two/revisions/99999999999999999999").status_code == 404
