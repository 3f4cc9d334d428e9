"""What axe finds in a page, in the light on a phone and in the dark on a desktop."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

LOOKS = [("light", 390), ("dark", 1440)]
# While a colour changes it is neither the old one nor the new.
FIND = """async () => {
  do await new Promise(requestAnimationFrame);
  while (document.getAnimations().some(one => one instanceof CSSTransition));
  return (await axe.run(document, {resultTypes: ["violations"]})).violations.map(
  one => `${one.id} (${one.impact}): ${one.help}: ${one.nodes.slice(0, 3).map(node => node.target.join(" ")).join(", ")}`)
}"""


def assert_no_barriers(page: Page) -> None:
    """Nothing in the page that is open keeps anybody out."""
    page.evaluate(AXE_SCRIPT)
    found = {}
    for scheme, width in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        found[f"{scheme}, {width} px"] = page.evaluate(FIND)
    assert not any(found.values()), found
