"""Nothing that somebody wrote ever runs as a program, wherever it is shown.

The payloads are of the OWASP list: https://cheatsheetseries.owasp.org/cheatsheets/XSS_Filter_Evasion_Cheat_Sheet.html
"""

import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from ops.stack import Stack
from tests.journeys.blog.conftest import Reader
from tests.journeys.blog.test_pages import jpeg, write
from tests.journeys.waiting import until

Browse = Callable[..., Page]
SignUp = Callable[[], Reader]

PAYLOADS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=/api/feed.rss></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<img src='data:,' onerror=&#97;lert(1)>",
    '"><svg onload=alert(1)>',
    "<svg><script>alert&lpar;1&rpar;</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a xlink:href='javascript:alert(1)'><text y=20>x</text></a></svg>",
    "<body onload=alert(1)>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<object data='javascript:alert(1)'></object>",
    "<embed src='data:text/html,<script>alert(1)</script>'>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='jav&#x09;ascript:alert(1)'>x</a>",
    "<a href=' &#14; javascript:alert(1)'>x</a>",
    "<form action='javascript:alert(1)'><button>x</button></form>",
    "<button formaction='javascript:alert(1)'>x</button>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>",
    "<math href='javascript:alert(1)'>x</math>",
    "<style>@import 'javascript:alert(1)';</style>",
    "<div style='background:url(javascript:alert(1))'>x</div>",
    "<link rel=stylesheet href='javascript:alert(1)'>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href='javascript:alert(1)//'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<x onclick=alert(1) id=x>x</x>",
    "{{constructor.constructor('alert(1)')()}}",
    "${alert(1)}",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&colon;alert(1))",
    "![x](data:text/html,<script>alert(1)</script>)",
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    "`<img src=x onerror=alert(1)>`",
    "```\n</code></pre><script>alert(1)</script>\n```",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "＜script＞alert(1)＜/script＞",
    "'-alert(1)-'",
    "';alert(String.fromCharCode(88,83,83))//",
]
# Whatever could run, also where the policy would stop it: then one wall less would stand.
DANGEROUS = """() => [...document.querySelectorAll("body *")].flatMap(element => [
  ...(element.matches("script:not([src^='/assets/']), iframe, object, embed, base, meta, style:not([data-vite-dev-id])")
    ? [element.outerHTML] : []),
  ...[...element.attributes]
    .filter(({name, value}) => name.startsWith("on") || /^\\s*(java|vb)script:/i.test(value.replace(/[\\u0000-\\u0020]/g, "")))
    .filter(({name}) => !["value", "placeholder", "aria-label", "title", "alt"].includes(name))
    .map(({name, value}) => `${element.localName} ${name}=${value}`),
])"""


class Alarms:
    """What a payload that runs, or that only the policy stops, sets off in a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.heard: list[str] = []
        page.context.expose_binding("alert", lambda _source, *said: self.heard.append(f"alert{said}"))
        page.on("dialog", lambda one: (self.heard.append(f"dialog {one.message}"), one.dismiss()))
        page.on("console", lambda one: self.heard.append(one.text) if "Content Security Policy" in one.text else None)

    def look(self, path: str, shows: str) -> None:
        """Open a page, wait until it shows what it must, and search it."""
        self.page.goto(path)
        expect(self.page.locator(shows).first).to_be_visible()
        self.search()

    def search(self) -> None:
        found = self.page.evaluate(DANGEROUS)
        assert not found, f"{self.page.url}: {found}"
        assert not self.heard, f"{self.page.url}: {self.heard}"


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
