"""What hostile people write, and the alarms that go off in a page where it runs.

The payloads are of the OWASP list: https://cheatsheetseries.owasp.org/cheatsheets/XSS_Filter_Evasion_Cheat_Sheet.html
"""

from playwright.sync_api import Page, expect

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
