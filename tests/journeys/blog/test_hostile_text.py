"""Nothing that somebody wrote ever runs as a program, wherever it is shown."""

import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from ops.stack import Stack
from tests.journeys.alarms import PAYLOADS, Alarms
from tests.journeys.blog.conftest import Reader
from tests.journeys.blog.test_pages import jpeg, write
from tests.journeys.waiting import until

Browse = Callable[..., Page]
SignUp = Callable[[], Reader]


@pytest.fixture(scope="module")
def everything() -> str:
    return "\n\n".join(PAYLOADS)


@pytest.fixture
def villain(sign_up: SignUp) -> Reader:
    """Somebody whose profile is hostile, as far as the API takes it."""
    reader = sign_up()
    profile = {"bio": "\n".join(PAYLOADS)[:900], "image": "javascript:alert(1)"}
    for field, value in profile.items():
        answer = reader.http.put("/api/user", json={"user": {field: value}})
        assert answer.status_code in (200, 422), answer.text
    # A name is what a profile's address is made of, so few of them are taken.
    for payload in PAYLOADS:
        answer = reader.http.put("/api/user", json={"user": {"username": payload[:40]}})
        if answer.status_code == 200:
            reader.name = answer.json()["user"]["username"]
    return reader


@pytest.fixture
def alarms(browse: Browse, villain: Reader) -> Alarms:
    return Alarms(browse(villain))


@pytest.mark.parametrize("payload", ["<img src='data:,' onerror=alert(1)>", "<a href='javascript:alert(1)'>x</a>"])
def test_the_alarms_go_off_where_a_payload_becomes_an_element(payload: str, browse: Browse) -> None:
    alarms = Alarms(browse())
    alarms.look("/login", "main h1")

    alarms.page.evaluate("payload => document.body.insertAdjacentHTML('beforeend', payload)", payload)

    with pytest.raises(AssertionError, match="alert"):
        alarms.search()


def test_an_article_of_payloads_is_only_text(alarms: Alarms, villain: Reader, everything: str) -> None:
    tags = [payload[:50] for payload in PAYLOADS if "," not in payload and "\n" not in payload][:20]
    article = villain.publish(PAYLOADS[0], everything, description=PAYLOADS[2], tagList=tags)
    path = f"/api/articles/{article['slug']}"
    villain.call("PUT", path, json={"article": {"body": everything + "\n\nAnd more."}})
    for payload in PAYLOADS:
        villain.call("POST", f"{path}/comments", 201, json={"comment": {"body": payload}})

    alarms.look(f"/article/{article['slug']}", ".card-text")
    assert alarms.page.locator(".card-text").count() == len(PAYLOADS)
    alarms.look("/", ".article-preview")
    alarms.look(f"/tag/{quote(tags[0], safe='')}", ".article-preview")
    alarms.look(f"/article/{article['slug']}/history", "main h1")
    alarms.look(f"/profile/{quote(villain.name, safe='')}", ".user-info h4")
    alarms.look("/settings", "[name=bio]")
    alarms.look(f"/editor/{article['slug']}", ".preview code")


def test_titles_of_payloads_are_only_text(alarms: Alarms, villain: Reader) -> None:
    for number, payload in enumerate(PAYLOADS):
        villain.publish(f"{payload} {number}", payload, description=payload)

    for page in range(1, 4):
        alarms.look(f"/?page={page}", ".article-preview")
    alarms.look("/drafts", "main h1")
    alarms.look("/search?q=alert", "mark")


def test_a_search_for_payloads_is_only_text(alarms: Alarms) -> None:
    for payload in PAYLOADS[:12]:
        alarms.look(f"/search?q={quote(payload, safe='')}", "main [type=search]")
        expect(alarms.page.locator("main [type=search]")).to_have_value(payload)
        alarms.search()


def test_the_name_and_the_description_of_a_picture_are_only_text(alarms: Alarms, photo: bytes) -> None:
    page = alarms.page
    page.goto("/editor")
    write(page, "A hostile picture", PAYLOADS[4])
    page.locator("input[type=file]").set_input_files(jpeg(photo, "<img src=x onerror=alert(1)>.jpg"))
    page.get_by_label("Description of the picture").fill('"><img src=x onerror=alert(1)>')
    alarms.search()

    page.get_by_role("button", name="Publish Article").click()

    expect(page.locator(".cover-frame img")).to_have_attribute("alt", '"><img src=x onerror=alert(1)>', timeout=30_000)
    alarms.search()


@pytest.mark.parametrize(
    "path", ["/login?next=javascript:alert(1)", "/login?next=//elsewhere.example/", "/#<img onerror=alert(1)>"]
)
def test_an_address_that_somebody_sent_leads_nowhere_else(
    path: str, browse: Browse, sign_up: SignUp, stack: Stack
) -> None:
    reader = sign_up()
    page = browse()
    alarms = Alarms(page)
    page.goto(path)
    if "login" in path:
        page.locator("[name=email]").fill(f"{reader.name}@example.com")
        page.locator("[name=password]").fill("a long enough password")
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator("nav").get_by_role("link", name=reader.name)).to_be_visible()

    alarms.search()
    assert page.url.startswith(f"{stack.url}/")


def test_what_the_policy_stops_is_in_the_log(browse: Browse, stack: Stack) -> None:
    page = browse()
    page.goto("/login")

    ran = page.evaluate("""() => {
      document.head.append(Object.assign(document.createElement("script"), {textContent: "window.ran = true"}));
      return window.ran === true;
    }""")

    assert not ran

    def reported() -> list[dict]:
        lines = [json.loads(line) for line in stack.logs("blog-api").splitlines() if "csp violation" in line]
        return [line for line in lines if line["directive"] == "script-src-elem"]

    assert until(reported)[0]["level"] == "warning"
