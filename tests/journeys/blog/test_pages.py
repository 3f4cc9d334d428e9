"""What people do in a browser, against every real container."""

import os
import re
import signal
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from ops.stack import Stack
from tests.journeys.blog.conftest import Reader
from tests.journeys.blog.test_promises import forged
from tests.journeys.people import PASSWORD, new_name
from tests.journeys.waiting import until

Browse = Callable[..., Page]
SignUp = Callable[[], Reader]

WORDS = {
    "en": {"locale": "en-US", "sign up": "Sign up", "new": "New Article", "publish": "Publish Article"},
    "ko": {"locale": "ko-KR", "sign up": "회원 가입", "new": "새 글", "publish": "글 발행"},
}


def jpeg(content: bytes, name: str = "photo.jpg") -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": content}


def write(page: Page, title: str, body: str = "A body.") -> None:
    page.locator("[name=title]").fill(title)
    page.locator("main [name=description]").fill("In short.")
    page.locator("[name=body]").fill(body)


@pytest.mark.parametrize("language", WORDS)
def test_a_reader_signs_up_and_publishes_with_a_picture(language: str, browse: Browse, photo: bytes) -> None:
    words = WORDS[language]
    name = new_name("newcomer")
    page = browse(locale=words["locale"])

    page.goto("/")
    page.get_by_role("link", name=words["sign up"]).click()
    page.locator("[name=username]").fill(name)
    page.locator("[name=email]").fill(f"{name}@example.com")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name=words["sign up"]).click()
    page.get_by_role("link", name=words["new"]).click()
    write(page, "작은 이미지", "# Layers\n\nOne line of `code`.")
    page.locator("input[type=file]").set_input_files(jpeg(photo))
    page.get_by_role("button", name=words["publish"]).click()

    expect(page).to_have_url(re.compile("/article/"))
    expect(page.locator("article h1").first).to_have_text("작은 이미지")
    expect(page.locator("nav").get_by_role("link", name=name)).to_be_visible()
    picture = page.locator(".cover-frame img")
    expect(picture).to_be_visible(timeout=30_000)
    assert len(picture.get_attribute("srcset").split(",")) == 3
    until(lambda: picture.evaluate("image => image.naturalWidth") > 0)


def test_a_comment_appears_live_in_another_browser(browse: Browse, sign_up: SignUp) -> None:
    author, guest = sign_up(), sign_up()
    address = f"/article/{author.publish('Talked about')['slug']}"
    at_home, elsewhere = browse(author), browse(guest)
    at_home.goto(address)
    elsewhere.goto(address)
    expect(at_home.locator(".live-open")).to_be_visible()

    elsewhere.get_by_placeholder("Write a comment...").fill("저도 그렇게 생각합니다")
    elsewhere.get_by_role("button", name="Post Comment").click()

    expect(at_home.locator(".card").get_by_text("저도 그렇게 생각합니다")).to_be_visible()
    expect(at_home.get_by_role("status").filter(has_text=guest.name)).to_be_attached()
    expect(elsewhere.get_by_placeholder("Write a comment...")).to_have_value("")


def test_searching_in_korean_waits_for_whole_syllables(browse: Browse, sign_up: SignUp) -> None:
    sign_up().publish("쿠버네티스 다음 주", "다음 주에는 쿠버네티스를 배웁니다.")
    page = browse(locale="ko-KR")
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/api/search" in one.url else None)
    # The page's own clock: a pause is over when the test says so.
    page.clock.install()
    page.goto("/search")
    field = page.locator("main [type=search]")
    field.focus()
    keyboard = page.context.new_cdp_session(page)

    for half in ("ㅋ", "쿠", "쿱", "쿠버"):
        keyboard.send("Input.imeSetComposition", {"text": half, "selectionStart": len(half), "selectionEnd": len(half)})
        page.clock.run_for(1000)
    expect(field).to_have_value("쿠버")
    assert not asked

    keyboard.send("Input.insertText", {"text": "쿠버네티스"})
    page.clock.run_for(1000)
    expect(page.locator("mark").first).to_have_text("쿠버네티스")
    assert len(asked) == 1


def test_two_who_edit_at_once_lose_nothing(browse: Browse, sign_up: SignUp) -> None:
    author = sign_up()
    article = author.publish("Edited twice", "The first text.")
    page = browse(author)
    page.goto(f"/editor/{article['slug']}")
    page.locator("[name=body]").fill("What I wrote at home.")
    changed = {"article": {"body": "What I wrote on the train."}}
    author.call("PUT", f"/api/articles/{article['slug']}", json=changed)

    page.get_by_role("button", name="Publish Article").click()
    expect(page.get_by_role("heading", name="The article was changed meanwhile")).to_be_focused()
    expect(page.locator("del")).to_contain_text("on the train")
    expect(page.locator("ins")).to_contain_text("at home")
    page.get_by_role("button", name="Save mine on top").click()

    path = f"/api/articles/{article['slug']}"
    until(lambda: author.call("GET", path)["article"]["body"] == "What I wrote at home.")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_session_that_ends_while_somebody_writes_costs_no_word(
    language: str, browse: Browse, sign_up: SignUp, stack: Stack
) -> None:
    author = sign_up()
    words = {"en": ("Sign in again", "Sign in", "Publish Article"), "ko": ("다시 로그인", "로그인", "글 발행")}[
        language
    ]
    again, sign_in, publish = words
    page = browse(author, locale=WORDS[language]["locale"])
    page.goto("/editor")
    write(page, "Long in the making", "An hour's work.")

    # A new password ends every session, and this one's access token grows old.
    author.call("PUT", "/api/user", json={"user": {"password": "another long password"}})
    old = forged(author.storage["jwtToken"], "expired", stack)
    page.evaluate("token => localStorage.setItem('jwtToken', token)", old)
    page.get_by_role("button", name=publish).click()
    page.locator(".bar-session").get_by_role("button", name=again).click()
    dialog = page.get_by_role("dialog", name=again)
    expect(dialog.locator("[name=email]")).to_have_value(f"{author.name}@example.com")
    dialog.locator("[name=password]").fill("another long password")
    dialog.get_by_role("button", name=sign_in, exact=True).click()
    expect(dialog).to_be_hidden()

    expect(page.locator("[name=body]")).to_have_value("An hour's work.")
    page.get_by_role("button", name=publish).click()
    expect(page).to_have_url(re.compile("/article/long-in-the-making"))


def test_what_was_written_survives_a_closed_browser_tab(browse: Browse, sign_up: SignUp) -> None:
    page = browse(sign_up())
    page.goto("/editor")
    write(page, "", "Not yet worth a title.")
    # What was typed in the last half second may be lost, and no more.
    expect(page.locator(".save-state-device")).to_be_visible()
    another = page.context.new_page()
    page.close()

    another.goto("/editor")
    another.get_by_role("button", name="Restore").click()

    expect(another.locator("[name=body]")).to_have_value("Not yet worth a title.")


def test_a_reader_does_not_notice_that_a_replica_dies(browse: Browse, sign_up: SignUp, stack: Stack) -> None:
    author = sign_up()
    slugs = [author.publish(f"Read on {number}")["slug"] for number in range(6)]
    scale = ("up", "--detach", "--no-recreate", "--no-deps", "--scale")
    stack.compose(*scale, "blog-api=2", "blog-api")
    until(stack.healthy)
    page = browse()
    try:
        for number, slug in enumerate(slugs):
            if number == 2:
                os.kill(stack.pid("blog-api"), signal.SIGKILL)
            page.goto(f"/article/{slug}")
            expect(page.locator("article h1").first).to_have_text(f"Read on {number}")
            expect(page.get_by_text("Nobody has written anything yet.")).to_be_visible()
    finally:
        stack.compose(*scale, "blog-api=1", "blog-api")
        until(stack.healthy)


def test_offline_and_back(browse: Browse, sign_up: SignUp) -> None:
    reader = sign_up()
    page = browse(reader)
    page.goto(f"/article/{reader.publish('Read on the train')['slug']}")
    comment = page.get_by_placeholder("Write a comment...")
    comment.fill("Written in a tunnel")

    page.context.set_offline(True)
    expect(page.get_by_text("You are offline. What you have open stays readable.")).to_be_visible()
    page.get_by_role("button", name="Post Comment").click()
    expect(page.locator(".comment-form .error-messages")).to_contain_text("You are offline.")
    expect(comment).to_have_value("Written in a tunnel")
    page.context.set_offline(False)

    expect(page.get_by_text("You are offline. What you have open")).to_be_hidden()
    page.get_by_role("button", name="Post Comment").click()
    expect(page.locator(".card-text").get_by_text("Written in a tunnel")).to_be_visible()


def test_signing_out_in_one_tab_signs_out_all(browse: Browse, sign_up: SignUp) -> None:
    first = browse(sign_up())
    second = first.context.new_page()
    second.goto("/editor")
    second.locator("[name=body]").fill("Half a sentence")
    first.goto("/settings")

    first.get_by_role("button", name="Or click here to logout").click()

    expect(first.locator("nav").get_by_role("link", name="Sign in")).to_be_visible()
    expect(second.get_by_text("You signed out in another tab.")).to_be_visible()
    expect(second.locator("[name=body]")).to_have_value("Half a sentence")
    assert first.evaluate("localStorage.getItem('jwtToken')") is None


@pytest.mark.parametrize(("language", "said"), [("en", "This article is not here"), ("ko", "이 글은 여기에 없습니다")])
def test_an_address_of_a_deleted_article_says_so(language: str, said: str, browse: Browse, sign_up: SignUp) -> None:
    author = sign_up()
    slug = author.publish("Soon gone")["slug"]
    author.call("DELETE", f"/api/articles/{slug}", 204)
    page = browse(locale=WORDS[language]["locale"])

    page.goto(f"/article/{slug}")

    expect(page.get_by_role("heading", name=said)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", language)


def test_the_first_load_is_small(browse: Browse) -> None:
    page = browse()
    scripts = []
    page.on("requestfinished", lambda one: scripts.append(one) if one.resource_type == "script" else None)

    page.goto("/")
    expect(page.get_by_role("heading", name="Notes on containers")).to_be_visible()
    page.wait_for_load_state("networkidle")

    assert 0 < sum(one.sizes()["responseBodySize"] for one in scripts) <= 120_000
