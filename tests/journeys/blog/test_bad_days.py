"""What readers see when the service is down, slow or talks rubbish: a calm screen, and every word they typed."""

import base64
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.blog.conftest import Reader
from tests.journeys.blog.test_pages import jpeg, write

Browse = Callable[..., Page]
SignUp = Callable[[], Reader]
LIST = re.compile(r"/api/articles(\?|$)")
COMMENTS = re.compile(r"/comments$")

DOWN: list[tuple[str, dict[str, Any], str, str]] = [
    ("unreachable", {}, "The server cannot be reached.", "서버에 연결할 수 없습니다."),
    ("unavailable", {"status": 503}, "The service is not available right now.", "지금은 서비스를 이용할 수 없습니다."),
    ("failing", {"status": 500}, "Something went wrong.", "문제가 생겼습니다."),
    ("rubbish", {"status": 200, "content_type": "text/html", "body": "<h1>Welcome to the hotel's network"},
     "The answer cannot be read.", "응답을 읽을 수 없습니다."),
    ("broken JSON", {"status": 200, "content_type": "application/json", "body": '{"articles": ['},
     "The answer cannot be read.", "응답을 읽을 수 없습니다."),
]  # fmt: skip


def answering(answer: dict[str, Any]) -> Callable[[Route], None]:
    return lambda route: route.fulfill(**answer) if answer else route.abort("connectionrefused")


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(("name", "answer", "english", "korean"), DOWN, ids=[one[0] for one in DOWN])
def test_a_list_that_cannot_be_had_says_why_and_comes_on_a_second_try(
    name: str, answer: dict[str, Any], english: str, korean: str, language: str, browse: Browse, sign_up: SignUp
) -> None:
    sign_up().publish("Comes later")
    page = browse(locale={"en": "en-US", "ko": "ko-KR"}[language])
    page.route(LIST, answering(answer))

    page.goto("/")
    expect(page.get_by_role("alert").filter(has_text=korean if language == "ko" else english)).to_be_visible(
        timeout=20_000
    )
    page.unroute(LIST)
    page.get_by_role("button", name={"en": "Try again", "ko": "다시 시도"}[language]).click()

    expect(page.locator(".article-preview").filter(has_text="Comes later").first).to_be_visible()


def test_while_the_answer_is_slow_the_page_stands_already(browse: Browse, sign_up: SignUp) -> None:
    sign_up().publish("Worth waiting for")
    page = browse()
    held: list[Route] = []
    page.route(LIST, lambda route: held.append(route))

    page.goto("/")
    expect(page.get_by_role("heading", name="Notes on containers")).to_be_visible()
    expect(page.locator("[aria-busy=true]").first).to_be_attached()
    (waiting,) = held
    waiting.continue_()

    expect(page.locator(".article-preview").first).to_be_visible()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"status": 429, "headers": {"Retry-After": "7"}}, "That was a bit much. Try again in 7 seconds."),
        ({"status": 413}, "This is too large."),
        ({"status": 503}, "The service is not available right now."),
        ({}, "The server cannot be reached."),
    ],
    ids=["429", "413", "503", "unreachable"],
)
def test_a_comment_that_is_not_taken_stays_where_it_was_typed(
    answer: dict[str, Any], said: str, browse: Browse, sign_up: SignUp
) -> None:
    reader = sign_up()
    page = browse(reader)
    page.goto(f"/article/{reader.publish('Hard to talk about')['slug']}")
    comment = page.get_by_placeholder("Write a comment...")
    comment.fill("Well said")
    tries: list[str] = []

    def refuse(route: Route) -> None:
        if route.request.method == "POST":
            tries.append(route.request.url)
            answering(answer)(route)
        else:
            route.continue_()

    page.route(COMMENTS, refuse)
    page.get_by_role("button", name="Post Comment").click()
    expect(page.locator(".comment-form .error-messages")).to_contain_text(said)
    expect(comment).to_have_value("Well said")
    page.unroute(COMMENTS)
    page.get_by_role("button", name="Post Comment").click()

    expect(page.locator(".card-text").get_by_text("Well said")).to_be_visible()
    assert len(tries) == 1, "what is not known to have failed must not be sent twice"


# A file made in the page: Playwright would send it there piece by piece.
DROP = """(target, [bytes, more, times]) => {
  const content = [Uint8Array.from(atob(bytes), one => one.charCodeAt(0)), new Uint8Array(more)];
  const file = new File(content, "photo.jpg", {type: "image/jpeg"});
  for (let time = 0; time < times; time += 1) {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(file);
    target.dispatchEvent(new DragEvent("drop", {dataTransfer, bubbles: true, cancelable: true}));
  }
}"""


def test_a_photo_of_30_mb_is_refused_before_it_is_sent(browse: Browse, sign_up: SignUp) -> None:
    page = browse(sign_up())
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if one.method == "PUT" else None)
    page.goto("/editor")
    write(page, "With a large photo")

    page.locator(".drop").evaluate(DROP, ["", 30_000_000, 1])

    expect(page.get_by_role("alert").filter(has_text="This picture has 30 MB")).to_be_visible()
    expect(page.locator("[name=body]")).to_have_value("A body.")
    assert not sent


def test_a_photo_that_is_dropped_twice_is_uploaded_once(browse: Browse, sign_up: SignUp, photo: bytes) -> None:
    author = sign_up()
    page = browse(author)
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if one.url.endswith("/cover") else None)
    slug = author.publish("Dropped on")["slug"]
    page.goto(f"/editor/{slug}")

    page.locator(".drop").evaluate(DROP, [base64.b64encode(photo).decode(), 0, 2])
    page.get_by_role("button", name="Publish Article").click()

    expect(page.locator(".cover-frame img")).to_be_visible(timeout=30_000)
    assert len(sent) == 1
    assert page.url.endswith(f"/article/{slug}")


def test_a_photo_that_the_edge_finds_too_large_leaves_the_article_saved(
    browse: Browse, sign_up: SignUp, photo: bytes
) -> None:
    page = browse(sign_up())
    page.route("**/cover", answering({"status": 413}))
    page.goto("/editor")
    write(page, "Saved without its photo")

    page.locator("input[type=file]").set_input_files(jpeg(photo))
    page.get_by_role("button", name="Publish Article").click()

    expect(page.get_by_text("The article is saved, but its picture is not.")).to_be_visible()
    expect(page.locator(".cover-field .error-messages")).to_contain_text("too large")


def test_a_token_that_nobody_made_only_signs_out(browse: Browse) -> None:
    page = browse()
    page.goto("/")
    page.evaluate("localStorage.setItem('jwtToken', 'not.a.token')")

    page.reload()

    expect(page.locator("nav").get_by_role("link", name="Sign in")).to_be_visible()
    expect(page.get_by_role("heading", name="Notes on containers")).to_be_visible()
    assert page.evaluate("localStorage.getItem('jwtToken')") is None
