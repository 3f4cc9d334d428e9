"""Search in Korean and English, through the whole application."""

import pytest


@pytest.fixture
def library(owner):
    owner.publish("PostgreSQL로 한국어 검색하기", "데이터를 두 글자씩 잘라 색인합니다.")
    owner.publish("Running containers", "Images were built, layers are cached. 배송이 빨라집니다.")
    owner.publish("Other", "Nothing to see <b>here</b>")
    return owner


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("검색", ["PostgreSQL로 한국어 검색하기"]),
        ("데이터", ["PostgreSQL로 한국어 검색하기"]),
        ("배송", ["Running containers"]),
        ("container", ["Running containers"]),
        ("caching layer", ["Running containers"]),
        ("배송 cached", ["Running containers"]),
        ("postgresql 색인", ["PostgreSQL로 한국어 검색하기"]),
        ("배송 색인", []),
        ("zebra", []),
    ],
)
def test_words_are_found_in_both_languages(library, visitor, query, titles):
    reply = visitor("GET", "/search", query_string={"q": query}).json

    assert [article["title"] for article in reply["articles"]] == titles
    assert reply["articlesCount"] == len(titles)


def test_the_words_are_marked_and_the_rest_is_harmless(library, visitor):
    hit = visitor("GET", "/search", query_string={"q": "nothing"}).json["articles"][0]

    assert "<mark>Nothing</mark>" in hit["highlight"]["body"]
    assert "&lt;b&gt;" in hit["highlight"]["body"]
    assert "body" not in hit


def test_a_title_counts_for_more_than_a_body(owner, visitor):
    owner.publish("Whales", "big")
    owner.publish("Fish", "not whales, unlike whales")

    hits = visitor("GET", "/search?q=whales").json["articles"]

    assert [hit["title"] for hit in hits] == ["Whales", "Fish"]


@pytest.mark.parametrize(
    "query",
    [
        "'",
        '"',
        "a & | !",
        "(((",
        "\\",
        "%",
        "'; drop table users; --",
        "한" * 200,
        "👩‍👩‍👧",
        "<->",
        ":*",
        "the",
    ],
)
def test_hostile_words_are_only_words(library, visitor, query):
    assert visitor("GET", "/search", query_string={"q": query}).status_code == 200


@pytest.mark.parametrize("query", ["", " ", "x" * 201, "a\0b"])
def test_no_words_or_too_many_are_refused(visitor, query):
    assert visitor("GET", "/search", query_string={"q": query}).status_code == 422


def test_what_is_deleted_or_changed_is_found_no_more(owner, visitor):
    owner.publish("Gone", "walrus")
    owner.publish("Changed", "walrus")
    owner("DELETE", "/articles/gone")
    owner("PUT", "/articles/changed", {"article": {"body": "seal"}})

    assert visitor("GET", "/search?q=walrus").json["articlesCount"] == 0
    assert visitor("GET", "/search?q=seal").json["articlesCount"] == 1


def test_the_longest_article_allowed_can_be_indexed(owner, visitor):
    syllables = (chr(0xAC00 + (number * 7919) % 11172) for number in range(40_000))
    body = " ".join("".join(word) for word in zip(*[syllables] * 4, strict=False))

    owner.publish("Long", body)

    assert visitor("GET", "/search", query_string={"q": body[100:104]}).json["articlesCount"] == 1
