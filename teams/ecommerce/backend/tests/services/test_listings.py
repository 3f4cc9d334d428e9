"""Pages of products: complete, stable, found in two languages, and cheap."""

import pytest


def pages(rules, sort="newest", size=3, **filters):
    """The titles of all pages, one after the other."""
    titles, cursor = [], ""
    while cursor is not None:
        page = rules.listings.page(rules.listings.Filters(**filters), sort=sort, cursor=cursor, size=size)
        titles += [row.title for row in page.products]
        cursor = page.next
    return titles


@pytest.mark.parametrize("sort", ["newest", "price", "-price", "relevance"])
def test_every_product_is_on_one_page_once(rules, make_product, sort):
    for number in range(10):
        make_product(title=f"Thing {number}", price=1_000 + number % 3)

    found = pages(rules, sort, q="thing" if sort == "relevance" else "")

    assert sorted(found) == [f"Thing {number}" for number in range(10)]


def test_a_new_product_moves_nothing_on_the_next_page(rules, make_product):
    for number in range(6):
        make_product(title=f"Thing {number}")
    first = rules.listings.page(rules.listings.Filters(), sort="newest", cursor="", size=3)

    make_product(title="Thing of late")
    second = rules.listings.page(rules.listings.Filters(), sort="newest", cursor=first.next, size=3)

    assert [row.title for row in second.products] == ["Thing 2", "Thing 1", "Thing 0"]


def test_words_are_found_in_korean_and_english_and_together(rules, make_product):
    make_product(title="Canvas tote bag · 캔버스 토트백", description="가벼운 가방입니다")
    make_product(title="Mug · 머그컵")

    for words in ("토트백", "가방", "bags", "canvas 가방"):
        assert pages(rules, q=words) == ["Canvas tote bag · 캔버스 토트백"], words
    for hostile in ("'", "\\", "& | !", "가 & (", "<->", "no such word"):
        assert pages(rules, q=hostile + " nowhere") == [], hostile


def test_filters_add_up_and_facets_count_what_they_leave(shop, rules, make_product):
    make_product(title="Cheap", price=100, stock=1)
    make_product(title="Dear", price=900, stock=1)
    make_product(title="Gone", price=200, stock=0)

    assert pages(rules, in_stock=True, max_price=500) == ["Cheap"]
    assert pages(rules, category="nothing") == []
    facets = rules.listings.facets(rules.listings.Filters(category="bags"))
    counted = {"categories": {"bags": 3}, "total": 3, "in_stock": 2, "currencies": ["KRW"]}
    assert facets == counted | {"least": 100, "most": 900}


def test_a_price_is_one_of_a_currency(rules, make_product):
    make_product(title="Cheap in won", price=1_000)
    make_product(title="Dear in won", price=90_000)
    make_product(title="Cheap in dollars", price=950, currency="USD")
    make_product(title="Dear in dollars", price=12_550, currency="USD")

    assert pages(rules, max_price=20_000) == ["Cheap in won"]
    assert pages(rules, max_price=20_000, currency="USD") == ["Dear in dollars", "Cheap in dollars"]
    # Without a price there is nothing to be of a currency.
    assert len(pages(rules, currency="USD")) == 4
    facets = rules.listings.facets(rules.listings.Filters(currency="USD"))
    assert (facets["total"], facets["currencies"]) == (4, ["KRW", "USD"])
    assert (facets["least"], facets["most"]) == (950, 12_550)
    nothing = rules.listings.facets(rules.listings.Filters(q="nothing", currency="USD"))
    assert (nothing["total"], nothing["currencies"], nothing["least"], nothing["most"]) == (0, [], None, None)


def test_a_page_is_one_statement_however_long(rules, make_product, django_statements):
    for number in range(8):
        make_product(title=f"Thing {number}")

    for size in (2, 8):
        with django_statements() as statements:
            rules.listings.page(rules.listings.Filters(), sort="price", cursor="", size=size)
        assert len(statements) == 1
