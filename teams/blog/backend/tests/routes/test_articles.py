"""RealWorld: articles, lists, feed, favourites, comments, tags, profiles."""

import re
from urllib.parse import quote

import pytest

ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def test_an_article_has_every_field(owner):
    article = owner.publish("Hello World", "# Hi", ("b", "a", "b"))

    expected = {"slug": "hello-world", "title": "Hello World", "description": "About", "body": "# Hi"}
    assert article.items() >= expected.items()
    assert article["tagList"] == ["b", "a"]
    assert (article["favorited"], article["favoritesCount"]) == (False, 0)
    assert article["author"] == {"username": "owner", "bio": None, "image": None, "following": False}
    assert ISO.fullmatch(article["createdAt"])
    assert ISO.fullmatch(article["updatedAt"])
    assert (article["bodyHtml"].strip(), article["status"], article["publishAt"]) == (
        "<h1>Hi</h1>",
        "published",
        None,
    )
    assert article["cover"] is None


@pytest.mark.parametrize("field", ["title", "description", "body"])
@pytest.mark.parametrize("value", ["", " ", None])
def test_blank_fields_are_refused(owner, field, value):
    article = {"title": "T", "description": "d", "body": "b"} | {field: value}

    reply = owner("POST", "/articles", {"article": article})

    assert reply.status_code == 422
    assert reply.json == {"errors": {field: ["can't be blank"]}}


@pytest.mark.parametrize(
    "payload", [[], None, {}, {"article": 7}, {"article": {"title": 7, "description": {}, "body": []}}]
)
def test_any_other_shape_is_refused(owner, payload):
    reply = owner("POST", "/articles", data=b"null") if payload is None else owner("POST", "/articles", payload)

    assert reply.status_code in (415, 422)
    assert all(isinstance(text, str) for texts in reply.json["errors"].values() for text in texts)


def test_the_same_title_twice_is_a_conflict_for_its_author_and_not_for_others(owner, other):
    first = owner.publish("One title")

    again = owner("POST", "/articles", {"article": {"title": "One  Title!", "description": "d", "body": "b"}})
    theirs = other.publish("One title")

    assert again.status_code == 409
    assert again.json == {"errors": {"title": ["has already been taken"]}}
    assert theirs["slug"].startswith("one-title-")
    assert first["slug"] == "one-title"


def test_a_korean_title_gives_a_korean_address(owner, visitor):
    article = owner.publish("도커 이미지, 절반으로!")

    assert article["slug"] == "도커-이미지-절반으로"
    assert visitor("GET", f"/articles/{quote(article['slug'])}").json["article"]["title"] == "도커 이미지, 절반으로!"


def test_a_change_keeps_what_is_left_out_and_the_slug(owner):
    article = owner.publish("Kept", tags=("a", "b"))

    changed = owner("PUT", "/articles/kept", {"article": {"body": "new"}}).json["article"]

    assert changed["body"] == "new"
    assert (changed["slug"], changed["tagList"], changed["title"]) == ("kept", ["a", "b"], "Kept")
    assert changed["createdAt"] == article["createdAt"]
    assert changed["updatedAt"] >= article["updatedAt"]


def test_tags_can_be_emptied_but_not_nulled(owner):
    owner.publish("Tagged", tags=("a",))

    assert owner("PUT", "/articles/tagged", {"article": {"tagList": None}}).status_code == 422
    assert owner("PUT", "/articles/tagged", {"article": {"tagList": []}}).json["article"]["tagList"] == []


def test_a_new_title_moves_the_article(owner, visitor):
    owner.publish("Old name")

    changed = owner("PUT", "/articles/old-name", {"article": {"title": "New name"}}).json["article"]

    assert changed["slug"] == "new-name"
    assert visitor("GET", "/articles/old-name").status_code == 404
    assert visitor("GET", "/articles/new-name").status_code == 200


def test_after_delete_it_is_gone_everywhere(owner, visitor):
    slug = owner.publish(tags=("t",))["slug"]
    owner.comment(slug)

    assert owner("DELETE", f"/articles/{slug}").status_code == 204

    assert visitor("GET", f"/articles/{slug}").status_code == 404
    assert visitor("GET", "/articles").json == {"articles": [], "articlesCount": 0}
    assert visitor("GET", "/tags").json == {"tags": []}


def test_lists_are_newest_first_in_pages_with_the_total_and_without_bodies(owner, visitor):
    written = [owner.publish(f"Number {number}")["title"] for number in range(7)]

    first, second = (
        visitor("GET", "/articles?limit=4").json,
        visitor("GET", "/articles?limit=4&offset=4").json,
    )

    assert [article["title"] for article in first["articles"] + second["articles"]] == written[::-1]
    assert first["articlesCount"] == second["articlesCount"] == 7
    assert all("body" not in article for article in first["articles"])
    assert visitor("GET", "/articles?offset=50").json == {"articles": [], "articlesCount": 7}


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=-1", "limit=x", "limit=1.5", "offset=-1", "offset=x", "limit=", "tag=%00"]
)
def test_a_wrong_page_is_refused(visitor, query):
    reply = visitor("GET", f"/articles?{query}")

    assert reply.status_code == 422
    assert reply.json["errors"].keys() == {query.partition("=")[0]}


def test_filters_add_up_and_an_unknown_one_finds_nothing(owner, other, visitor):
    owner.publish("A", tags=("x", "y"))
    owner.publish("B", tags=("y",))
    other.publish("C", tags=("x",))
    other("POST", "/articles/a/favorite")

    assert visitor.titles("?tag=x") == ["C", "A"]
    assert visitor.titles("?author=owner") == ["B", "A"]
    assert visitor.titles("?favorited=other") == ["A"]
    assert visitor.titles("?tag=y&author=owner&favorited=other") == ["A"]
    assert visitor.titles("?tag=") == ["C", "B", "A"]
    for query in ("?tag=none", "?author=nobody", "?favorited=nobody"):
        assert visitor("GET", f"/articles{query}").json == {"articles": [], "articlesCount": 0}


def test_the_feed_holds_those_who_are_followed(owner, other, sign_up):
    third = sign_up("third")
    owner.publish("A")
    third.publish("B")

    assert other("GET", "/articles/feed").json == {"articles": [], "articlesCount": 0}
    assert other("POST", "/profiles/owner/follow").json["profile"]["following"] is True
    feed = other("GET", "/articles/feed").json
    assert [article["title"] for article in feed["articles"]] == ["A"]
    assert feed["articles"][0]["author"]["following"] is True
    assert other("DELETE", "/profiles/owner/follow").json["profile"]["following"] is False
    assert other("GET", "/articles/feed").json["articlesCount"] == 0


def test_favourites_count_each_reader_once(owner, other, visitor):
    slug = owner.publish("Liked")["slug"]

    owner("POST", f"/articles/{slug}/favorite")
    other("POST", f"/articles/{slug}/favorite")
    twice = other("POST", f"/articles/{slug}/favorite").json["article"]

    assert (twice["favorited"], twice["favoritesCount"]) == (True, 2)
    assert visitor("GET", f"/articles/{slug}").json["article"]["favorited"] is False
    assert other("GET", "/articles").json["articles"][0]["favorited"] is True
    other("DELETE", f"/articles/{slug}/favorite")
    gone = other("DELETE", f"/articles/{slug}/favorite").json["article"]
    assert (gone["favorited"], gone["favoritesCount"]) == (False, 1)


def test_comments_have_their_author_as_the_reader_sees_them(owner, other, visitor):
    slug = owner.publish()["slug"]
    other("POST", "/profiles/owner/follow")
    comment = owner.comment(slug, "First!")

    assert set(comment) == {"id", "createdAt", "updatedAt", "body", "author"}
    assert other("GET", f"/articles/{slug}/comments").json["comments"][0]["author"]["following"] is True
    assert visitor("GET", f"/articles/{slug}/comments").json["comments"] == [comment]
    assert owner("POST", f"/articles/{slug}/comments", {"comment": {"body": ""}}).status_code == 422


def test_nothing_but_json_is_read(owner):
    assert owner("POST", "/articles", data="article=1").status_code == 415
    assert owner("POST", "/articles", data="{", content_type="application/json").status_code == 422
    big = b'{"article":"' + b"x" * 1_100_000 + b'"}'
    assert owner("POST", "/articles", data=big, content_type="application/json").status_code == 413


@pytest.mark.parametrize("path", ["/articles/%00", "/profiles/a%00b", "/articles/x%00/comments"])
def test_a_nul_in_a_path_is_refused(visitor, path):
    assert visitor("GET", path).status_code == 422
