"""Who may do what: owner, somebody else, nobody, on every route that writes."""

import pytest

ARTICLE = {"article": {"body": "changed"}}
COMMENT = {"comment": {"body": "hello"}}

# method, path, body, status for owner, other and visitor
WRITES = [
    ("PUT", "/user", {"user": {"bio": "x"}}, 200, 200, 401),
    ("POST", "/articles", {"article": {"title": "T", "description": "d", "body": "b"}}, 201, 201, 401),
    ("PUT", "/articles/{slug}", ARTICLE, 200, 403, 401),
    ("DELETE", "/articles/{slug}", None, 204, 403, 401),
    ("POST", "/articles/{slug}/comments", COMMENT, 201, 201, 401),
    ("DELETE", "/articles/{slug}/comments/{comment}", None, 204, 403, 401),
    ("POST", "/articles/{slug}/favorite", None, 200, 200, 401),
    ("DELETE", "/articles/{slug}/favorite", None, 200, 200, 401),
    ("POST", "/profiles/owner/follow", None, 200, 200, 401),
    ("DELETE", "/profiles/owner/follow", None, 200, 200, 401),
    ("PATCH", "/articles/{slug}/cover", {"cover": {"alt": "Blue"}}, 404, 403, 401),
    ("DELETE", "/articles/{slug}/cover", None, 204, 403, 401),
    ("GET", "/articles/{slug}/revisions", None, 200, 403, 401),
    ("GET", "/articles/{slug}/revisions/1", None, 200, 403, 401),
    ("GET", "/articles/feed", None, 200, 200, 401),
    ("GET", "/user/articles", None, 200, 200, 401),
    ("GET", "/user", None, 200, 200, 401),
]


@pytest.mark.parametrize(("method", "path", "body", "owner_gets", "other_gets", "visitor_gets"), WRITES)
def test_only_those_who_may(owner, other, visitor, method, path, body, owner_gets, other_gets, visitor_gets):
    slug = owner.publish()["slug"]
    path = path.format(slug=slug, comment=owner.comment(slug)["id"])

    assert visitor(method, path, body).status_code == visitor_gets
    assert other(method, path, body).status_code == other_gets
    assert owner(method, path, body).status_code == owner_gets


@pytest.mark.parametrize(("method", "path", "body"), [row[:3] for row in WRITES if "{slug}" in row[1]])
def test_on_an_unknown_article_everything_is_404(owner, method, path, body):
    reply = owner(method, path.format(slug="nowhere", comment=1), body)

    assert reply.status_code == 404
    assert reply.json["errors"] == {"article": ["not found"]}


@pytest.mark.parametrize(("method", "path", "body"), [row[:3] for row in WRITES if "{slug}" in row[1]])
def test_somebody_elses_draft_does_not_exist(owner, other, method, path, body):
    slug = owner.publish(status="draft")["slug"]

    assert other(method, path.format(slug=slug, comment=1), body).status_code == 404


def test_who_is_not_signed_in_is_told_so_before_the_body_is_looked_at(visitor):
    reply = visitor("POST", "/articles", {"nonsense": 1})

    assert reply.status_code == 401
    assert reply.json == {"errors": {"token": ["is missing"]}}


def test_the_refusal_names_what_it_is_about(owner, other):
    slug = owner.publish()["slug"]
    comment = owner.comment(slug)["id"]

    assert other("DELETE", f"/articles/{slug}").json == {"errors": {"article": ["forbidden"]}}
    assert other("DELETE", f"/articles/{slug}/comments/{comment}").json == {"errors": {"comment": ["forbidden"]}}
    assert other("GET", "/profiles/nobody").json == {"errors": {"profile": ["not found"]}}
    assert owner("DELETE", f"/articles/{slug}/comments/99999999999999999999").json == {
        "errors": {"comment": ["not found"]}
    }


def test_an_author_keeps_the_house_under_the_own_article(owner, other):
    slug = owner.publish()["slug"]
    comment = other.comment(slug, "Buy my pills")

    assert owner("DELETE", f"/articles/{slug}/comments/{comment['id']}").status_code == 204
    assert owner("GET", f"/articles/{slug}/comments").json == {"comments": []}
