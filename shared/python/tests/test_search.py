from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from teamkit import search
from teamkit.search import highlight

ARTICLES = {
    "korean": ("데이터베이스 백업", "매일 밤 데이터를 백업하고 복원을 시험합니다. 배송은 내일입니다."),
    "english": ("Running containers", "She runs several databases on one host, quickly."),
    "mixed": ("Docker 네트워크 이해하기", "overlay 네트워크에서는 컨테이너가 서로를 이름으로 찾습니다."),
    "plain": ("점심", "오늘은 검은 콩국수."),
    "decomposed": ("\u1112\u1161\u11ab\u1100\u1173\u11af", "typed on a Mac"),
}
Find = Callable[[str], set[str]]


@pytest.fixture
def find(engine: Engine) -> Iterator[Find]:
    # All in one transaction that is never committed.
    with engine.connect() as connection:
        connection.exec_driver_sql(search.CREATE_SQL)
        connection.exec_driver_sql(
            "create temporary table article (name text, title text, body text,"
            " search tsvector generated always as (search_document(title, body)) stored)"
        )
        connection.exec_driver_sql("create index on article using gin (search)")
        rows = [{"n": name, "t": title, "b": body} for name, (title, body) in ARTICLES.items()]
        connection.execute(sa.text("insert into article values (:n, :t, :b)"), rows)
        wanted = sa.text("select name from article where search @@ search_query(:q)")
        yield lambda query: set(connection.scalars(wanted, {"q": query}))
        connection.exec_driver_sql("drop table article")
        connection.exec_driver_sql(search.DROP_SQL)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("데이터", {"korean"}),
        ("백업", {"korean"}),
        ("배송", {"korean"}),
        ("검", {"plain"}),
        ("콩국수", {"plain"}),
        ("네트워크", {"mixed"}),
        ("run", {"english"}),
        ("RUNNING", {"english"}),
        ("database", {"english"}),
        ("docker 컨테이너", {"mixed"}),
        ("도커", set()),
        ("컨테이너 데이터", set()),
        ("한글", {"decomposed"}),
        ("\u1107\u1162\u11a8\u110b\u1165\u11b8", {"korean"}),
        ("터베", {"korean"}),
        ("이터를 시험", {"korean"}),
    ],
)
def test_words_are_found_in_both_languages(find: Find, query: str, names: set[str]) -> None:
    assert find(query) == names


@pytest.mark.parametrize(
    "hostile",
    [
        *("", " ", "the", "'", "''; drop table article; --", "a & | ! b", "(((", "<->", ":*", "\\", "%", '"', '"a b'),
        *("-", "!", "한:*", "한'글", "가 <-> 나", "x" * 5000, "가" * 5000, "가 " * 3000, "☃ 🥖", "a:b:c:*A", "'가':*"),
        "\u1112",
    ],
)
def test_whatever_a_stranger_types_raises_nothing(find: Find, hostile: str) -> None:
    assert find(hostile) <= set(ARTICLES)
    assert find("백업") == {"korean"}


def test_an_endless_run_of_syllables_is_indexed_within_the_statement_timeout(engine: Engine) -> None:
    with engine.connect() as connection, connection.begin() as undone:
        connection.exec_driver_sql(search.CREATE_SQL)

        assert connection.scalar(sa.text("select length(search_document('', repeat('가나다', 20000)))"))

        undone.rollback()


def test_a_word_in_the_title_counts_for_more(engine: Engine) -> None:
    title = "ts_rank(search_document('백업', '다른 말'), search_query('백업'))"
    body = "ts_rank(search_document('다른 말', '백업'), search_query('백업'))"
    with engine.connect() as connection, connection.begin() as undone:
        connection.exec_driver_sql(search.CREATE_SQL)

        assert connection.scalar(sa.text(f"select {title} > {body}"))

        undone.rollback()


def test_finds_are_marked_in_both_languages() -> None:
    assert highlight("Docker 네트워크에서는", "docker 네트워크") == "<mark>Docker</mark> <mark>네트워크</mark>에서는"


@pytest.mark.parametrize(
    ("text", "query"),
    [("She runs.", "running"), ("It stopped.", "stop"), ("two databases", "database"), ("many stories", "story")],
)
def test_other_forms_of_an_english_word_are_marked(text: str, query: str) -> None:
    assert "<mark>" in highlight(text, query)


def test_html_in_text_and_query_stays_text() -> None:
    found = highlight('<script>alert("x")</script> 검색 & more', "검색 <b>script")

    assert found == (
        "&lt;<mark>script</mark>&gt;alert(&quot;x&quot;)&lt;/<mark>script</mark>&gt; <mark>검색</mark> &amp; more"
    )


def test_the_excerpt_lies_around_the_first_find() -> None:
    text = "처음 " * 200 + "여기에 검색어가 있다. " + "나중 " * 200

    found = highlight(text, "검색어", 100)

    assert "<mark>검색어</mark>" in found
    assert found.startswith("…")
    assert found.endswith("…")
    assert len(found) < 130


def test_without_a_find_the_beginning_is_shown() -> None:
    assert highlight("one two three four", "nothing", 7) == "one two…"
    assert highlight("one", "") == "one"
    assert highlight("", "one") == ""


@pytest.mark.parametrize("query", ["(", "[a", "*", "\\", "가*", "가|", "a" * 10_000, "🥖"])
def test_any_query_can_be_marked(query: str) -> None:
    assert highlight("plain (text) [a] 가*", query)
