"""The demonstration's content."""

import importlib

import pytest
from sqlalchemy import select

from blog.models import articles, revisions


@pytest.fixture
def seed(blog):
    """Imported late: the module looks for the secrets of this run."""
    return importlib.import_module("blog.seed")


def test_seeding_twice_adds_nothing_twice(blog, seed, visitor, monkeypatch):
    monkeypatch.setattr("blog.tasks.enqueue", lambda *_: None)

    first, again = seed.fill(blog, "a demo password"), seed.fill(blog, "a newer password")

    assert (first[0], again[0]) == (first[1], 0)
    assert visitor("GET", "/articles").json["articlesCount"] == first[1] >= 24
    login = {"user": {"email": "demo@example.com", "password": "a newer password"}}
    assert visitor("POST", "/users/login", login).status_code == 200


def test_posts_are_in_both_languages_and_from_known_accounts(seed):
    posts = list(seed.posts())

    assert {post.author for post in posts} <= seed.ACCOUNTS.keys()
    assert all(post.title and post.description and post.tags and len(post.body) > 300 for post in posts)
    assert min([post.language for post in posts].count(language) for language in ("ko", "en")) >= 10


def test_an_article_of_the_past_has_a_history_of_the_past(blog, seed, monkeypatch):
    monkeypatch.setattr("blog.tasks.enqueue", lambda *_: None)
    seed.fill(blog, "a demo password")

    with blog.reading.connect() as connection:
        joined = select(articles).join(revisions).where(revisions.c.created_at > articles.c.updated_at)
        assert connection.execute(joined).all() == []
