"""axe finds nothing on any page, in the light on a phone and in the dark on a desktop; what it cannot see is tried by keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.barriers import assert_no_barriers
from tests.journeys.blog.conftest import Reader

Browse = Callable[..., Page]
SignUp = Callable[[], Reader]

BODY = "# Layers\n\nA `line` of [code](/).\n\n```python\nprint('안녕')\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n## More\n\n> Said."
# What each page shows when it is there; {slug} and {name} are the reader's own article and name.
PAGES = {
    "/": ".article-preview",
    "/tag/journey": ".article-preview",
    "/login": "[name=password]",
    "/register": "[name=username]",
    "/search?q=layers": "mark",
    "/article/{slug}": ".card-text",
    "/article/{slug}/history": "main h1",
    "/article/no-such-article": "main h1",
    "/profile/{name}": ".user-info h4",
    "/profile/{name}/favorites": ".user-info h4",
    "/editor": "[name=body]",
    "/editor/{slug}": ".preview code",
    "/drafts": "main h1",
    "/settings": "[name=bio]",
    "/no/such/page": "main h1",
}


@pytest.mark.parametrize("path", PAGES)
def test_everybody_can_use(path: str, browse: Browse, sign_up: SignUp) -> None:
    reader = sign_up()
    slug = reader.publish("Layers, seen closely", BODY)["slug"]
    reader.call("POST", f"/api/articles/{slug}/comments", 201, json={"comment": {"body": "Well said"}})
    page = browse(None if path in ("/login", "/register") else reader)

    page.goto(path.format(slug=slug, name=reader.name))
    expect(page.locator(PAGES[path]).first).to_be_visible()
    assert_no_barriers(page)


@pytest.mark.parametrize("path", ["/", "/search", "/login"])
def test_nothing_is_wider_than_the_smallest_screen(path: str, browse: Browse, sign_up: SignUp) -> None:
    sign_up().publish("Averyveryverylongwordthatnobodywouldwrite" * 3, BODY)
    page = browse(viewport={"width": 320, "height": 640})

    page.goto(path)
    expect(page.locator("main")).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_by_keyboard_alone_one_reaches_the_text(browse: Browse, sign_up: SignUp) -> None:
    slug = sign_up().publish("Reached by keyboard", BODY)["slug"]
    page = browse()
    page.goto("/")
    preview = page.locator(f"a.preview-link[href$='{slug}']")
    expect(preview).to_be_visible()

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    preview.press("Enter")

    expect(page.get_by_role("heading", name="Reached by keyboard")).to_be_visible()
    expect(page.locator("main:focus, main :focus")).to_have_count(1)
