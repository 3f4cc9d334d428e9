"""Addresses that people can read."""

import pytest

from teamkit.slugs import MAX_LENGTH, slug_of


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Hello, World!", "hello-world"),
        ("  many   spaces  ", "many-spaces"),
        ("도커 이미지 절반으로", "도커-이미지-절반으로"),
        ("100% of C++ / C#", "100-of-c-c"),
        ("ＦＵＬＬ width", "full-width"),
        ("snake_case", "snake-case"),
        ("도커", "도커"),
    ],
)
def test_a_title_becomes_an_address(title: str, slug: str) -> None:
    assert slug_of(title) == slug


def test_a_title_without_letters_gets_an_address_all_the_same() -> None:
    assert slug_of("!!!")


def test_a_long_title_is_cut() -> None:
    assert len(slug_of("word " * 100)) <= MAX_LENGTH
    assert not slug_of("word " * 100).endswith("-")
