"""The process that drives Chromium: `python -m grading.browsing`, started by `grading/visits.py` only.

It reads its order as JSON from standard input and writes what it saw to standard output. A process of its own, because a page that
never answers would hold whoever asks it.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import io
import json
import sys
from dataclasses import asdict
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from PIL import Image
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    Response,
    StorageState,
    async_playwright,
)

from grading.visits import CANNOT_START, STEPS, Visit
from ops import browser

# An open event stream is never idle: longer than this nobody waits for a page to become quiet.
QUIET_SECONDS = 2
REPORT_SECONDS = 3.0
# Most of a visit is waiting.
TOGETHER = 3
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
LOOKS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": DESKTOP},
    "phone": {"viewport": PHONE, "has_touch": True, "is_mobile": True},
    "dark": {"viewport": DESKTOP, "color_scheme": "dark"},
    "korean": {"viewport": DESKTOP, "locale": "ko-KR"},
}
MOST_LINES = 20
MOST_LINKS = 3
PICTURE_QUALITY = 80

TEXT = (
    "() => ({text: document.body.innerText.trim().length, heading: document.querySelector('h1,h2')?.innerText ?? ''})"
)
# What a hole in the application would do: a script, a handler and a text that is taken for code.
INJECT = """async () => {
  const seen = [];
  const done = new Promise(resolve => addEventListener("securitypolicyviolation", event => {
    seen.push(event.effectiveDirective);
    if (seen.length == 3) resolve();
  }));
  const script = document.createElement("script");
  script.textContent = "window.ran = (window.ran ?? []).concat('an inline script')";
  document.head.append(script);
  const box = document.createElement("div");
  box.innerHTML = `<img alt="" src="data:," onerror="window.ran = (window.ran ?? []).concat('an event handler')">`;
  document.body.append(box);
  try { setTimeout("window.ran = (window.ran ?? []).concat('text as code')", 0) } catch {}
  await Promise.race([done, new Promise(resolve => setTimeout(resolve, 3000))]);
  return {ran: window.ran ?? [], violations: seen};
}"""
# While a colour changes it is neither the old one nor the new.
AXE = """async () => {
  do await new Promise(requestAnimationFrame);
  while (document.getAnimations().some(one => one instanceof CSSTransition));
  return (await axe.run(document, {resultTypes: ["violations"]})).violations;
}"""


class Watch:
    """Everything that a page says and asks for, noted in its visit."""

    def __init__(self, page: Page, visit: Visit, origin: str) -> None:
        self.visit, self.origin = visit, origin
        page.on("console", self.console)
        page.on("pageerror", lambda one: self.note(visit.errors, str(one)))
        page.on("request", self.request)
        page.on("response", self.response)
        page.on("requestfailed", self.failed)
        page.on("dialog", lambda one: asyncio.ensure_future(one.dismiss()))
        page.on("requestfinished", lambda one: asyncio.ensure_future(self.finished(one)))

    def console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.note(self.visit.console, message.text)

    @staticmethod
    def note(lines: list[str], line: str) -> None:
        if len(lines) < MOST_LINES:
            lines.append(line[:300])

    def request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.origin}/", "data:", "blob:", "about:")):
            self.note(self.visit.outside, request.url)

    def response(self, response: Response) -> None:
        if response.status >= 400:
            self.note(self.visit.failed, f"{response.status} {response.url}")

    def failed(self, request: Request) -> None:
        # Whoever leaves a page ends what it still asks for.
        if request.failure != "net::ERR_ABORTED":
            self.note(self.visit.failed, f"{request.failure} {request.url}")

    async def finished(self, request: Request) -> None:
        if request.resource_type == "script":
            with contextlib.suppress(Error):
                self.visit.script_bytes += (await request.sizes())["responseBodySize"]


async def main(order: dict[str, Any]) -> int:
    async with async_playwright() as playwright:
        try:
            chromium = await playwright.chromium.launch(**browser.launching(order["command"]))
        except Error as problem:
            print(browser.reason(problem))
            return CANNOT_START
        turn = asyncio.Semaphore(TOGETHER)

        async def visited(wanted: dict[str, Any]) -> Visit:
            async with turn:
                return await make(chromium, order["origin"], order["patience"], wanted)

        visits = await asyncio.gather(*map(visited, order["visits"]))
        await chromium.close()
    json.dump([asdict(one) for one in visits], sys.stdout)
    return 0


async def make(chromium: Browser, origin: str, patience: float, wanted: dict[str, Any]) -> Visit:
    """One visit in a context of its own, which ends in time whatever the page does."""
    visit = Visit(wanted["name"], wanted["path"], wanted["look"])
    state: StorageState = {
        "cookies": [],
        "origins": [
            {
                "origin": origin,
                "localStorage": [{"name": name, "value": value} for name, value in wanted["storage"].items()],
            }
        ],
    }
    context = await chromium.new_context(
        base_url=origin,
        accept_downloads=False,
        storage_state=state,
        **{"locale": "en-US", "color_scheme": "light", "reduced_motion": "reduce", **LOOKS[wanted["look"]]},
    )
    context.set_default_timeout(patience * 1000)
    seconds = STEPS * patience
    try:
        async with asyncio.timeout(seconds):
            await look(context, origin, wanted, visit)
    except TimeoutError:
        visit.problem = f"the page did not answer for {seconds:g} s"
    except Error as problem:
        visit.problem = problem.message.splitlines()[0][:300]
    finally:
        await context.close()
    return visit


async def look(context: BrowserContext, origin: str, wanted: dict[str, Any], visit: Visit) -> None:
    page = await context.new_page()
    Watch(page, visit, origin)
    answer = await page.goto(wanted["path"])
    visit.status = answer.status if answer else 0
    visit.policy = (await answer.all_headers()).get("content-security-policy", "") if answer else ""
    await page.locator(wanted["shows"]).first.wait_for()
    await quiet(page)
    found = await page.evaluate(TEXT)
    visit.heading, visit.text = found["heading"], found["text"]
    if "picture" in wanted["do"]:
        visit.picture = await picture(page)
    if "axe" in wanted["do"]:
        visit.barriers = await barriers(page)
    if "reload" in wanted["do"]:
        answer = await page.reload()
        visit.reloaded = answer.status if answer else 0
        await page.locator(wanted["shows"]).first.wait_for()
    if "use" in wanted["do"]:
        await use(page)
    if "inject" in wanted["do"]:
        found = await page.evaluate(INJECT)
        visit.ran, visit.violations = found["ran"], found["violations"]
        # The browser reports in the background, and a context that is closed takes its reports with it.
        await asyncio.sleep(REPORT_SECONDS)


async def quiet(page: Page) -> None:
    with contextlib.suppress(Error):
        await page.wait_for_load_state("networkidle", timeout=QUIET_SECONDS * 1000)


async def picture(page: Page) -> str:
    """What is seen at first sight, as WebP in base 64."""
    buffer = io.BytesIO()
    Image.open(io.BytesIO(await page.screenshot(animations="disabled"))).save(buffer, "WEBP", quality=PICTURE_QUALITY)
    return base64.b64encode(buffer.getvalue()).decode()


async def barriers(page: Page) -> list[str]:
    """What axe finds serious or critical, in the light and in the dark."""
    await page.evaluate(AXE_SCRIPT)
    found = {}
    for scheme in ("dark", "light"):
        await page.emulate_media(color_scheme=scheme)
        for one in await page.evaluate(AXE):
            if one["impact"] in ("serious", "critical"):
                where = " ".join(map(str, one["nodes"][0]["target"]))
                found[one["id"]] = f"{one['id']} ({scheme}): {one['help']}; {len(one['nodes'])} places, first {where}"
    return [one[:300] for one in found.values()]


async def use(page: Page) -> None:
    """Scroll to the end, walk by keyboard, and follow some links of the page's own."""
    await page.mouse.wheel(0, 20_000)
    for _ in range(5):
        await page.keyboard.press("Tab")
    links = page.locator("a[href^='/']:visible")
    for number in range(min(MOST_LINKS, await links.count())):
        home = page.url
        await links.nth(number).click()
        await quiet(page)
        await page.goto(home)
        await links.first.wait_for()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(json.load(sys.stdin))))
