"""Pictures: made small once, whatever happens to the worker."""

import pytest

from teamkit.images import NotAnImage


@pytest.fixture
def upload(shop, rules, make_product):
    from ecommerce.pictures_drawn import draw

    product = make_product()
    return product.slug, rules.pictures.put(shop, slug=product.slug, data=draw("A thing"), alt="A thing")[0]


def test_an_upload_becomes_three_sizes_and_is_done_once(shop, rules, upload):
    slug, found = upload
    assert rules.products.get(slug).picture["status"] == "processing"

    results = [rules.pictures.process(shop, found) for _ in range(2)]

    assert results == ["ready", "gone"]
    picture = rules.products.get(slug).picture
    assert [image["width"] for image in picture["images"]] == [320, 800, 1200]
    digest = picture["images"][0]["url"].removeprefix("/media/").removesuffix(".webp")
    assert rules.pictures.image(digest)[8:12] == b"WEBP"


def test_what_kills_the_worker_is_given_up_and_says_so(shop, rules, upload):
    slug, found = upload

    rules.pictures.give_up(shop, found)

    assert rules.products.get(slug).picture["status"] == "failed"
    assert rules.products.get(slug).picture["reason"]


def test_an_upload_that_the_queue_forgot_is_found(rules, upload):
    assert rules.pictures.waiting(seconds=60) == []
    assert rules.pictures.waiting(seconds=-1) == [upload[1]]


def test_what_is_no_picture_is_refused(shop, rules, make_product):
    product = make_product()

    with pytest.raises(NotAnImage):
        rules.pictures.put(shop, slug=product.slug, data=b"GIF89a", alt="")

    assert rules.products.get(product.slug).picture is None
