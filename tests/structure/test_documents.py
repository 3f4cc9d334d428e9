"""What the documents tell a reader to type, and where they point, exists; and every page is there in Korean."""

import re
import subprocess
from pathlib import Path

import pytest

from ops import pages

ROOT = Path(__file__).resolve().parents[2]
TRACKED = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
    cwd=ROOT,
    capture_output=True,
    text=True,
    check=True,
).stdout.splitlines()
PAGES = [ROOT / name for name in TRACKED if name.endswith(".md") and (ROOT / name).exists()]
SESSIONS = set(re.findall(r"@nox\.session\ndef (\w+)", (ROOT / "noxfile.py").read_text()))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_of_a_page_is_on_the_menu(page: Path):
    named = set(re.findall(r"nox -s (\w+)", page.read_text(encoding="utf-8")))

    assert named <= SESSIONS, f"not in noxfile.py: {sorted(named - SESSIONS)}"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path):
    targets = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8"))

    missing = [target for target in targets if not (page.parent / target).exists()]

    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_path_named_in_a_page_exists(page: Path):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    named = re.findall(r"`((?:platform|teams|shared|grading|ops|docs|tests|requirements)/[\w./-]+)`", text)

    assert not [path for path in named if not (ROOT / path).exists()]


def test_the_readme_opens_with_the_two_commands():
    opening = "\n".join((ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:20])

    assert "./nox -s grade" in opening
    assert "./nox -s tests" in opening


def test_every_page_for_a_reader_has_its_korean_twin():
    pages = [page for page in PAGES if page.name == "README.md" or "docs" in page.relative_to(ROOT).parts[:1]]
    exempt = {"decisions", "requirements"}

    missing = [
        page
        for page in pages
        if not page.name.endswith(".ko.md")
        and not exempt & set(page.relative_to(ROOT).parts)
        and not page.with_name(page.name.replace(".md", ".ko.md")).exists()
    ]

    assert not missing


def test_every_session_says_in_one_line_what_it_does():
    text = (ROOT / "noxfile.py").read_text()

    described = set(
        re.findall(r'@nox\.session\ndef (\w+)\(session: nox\.Session\) -> None:\n    """[^\n]+\."""\n', text)
    )

    assert described == SESSIONS


@pytest.mark.parametrize(("page", "blocks"), pages.pages().items(), ids=lambda one: getattr(one, "name", ""))
def test_what_a_page_takes_from_the_code_is_what_the_code_has(page: Path, blocks: dict[str, str]):
    text = page.read_text(encoding="utf-8")

    assert pages.filled(text, blocks) == text, "bring it up to date with: ./nox -s pages"


def test_no_page_on_swarm_is_of_an_exercise_that_is_gone():
    known = {page.name for page in pages.pages()}
    written = {page.name for page in (ROOT / "docs" / "swarm").glob("*.md") if "<!-- code:" in page.read_text()}

    assert written <= known


def test_a_block_that_only_the_page_or_only_the_code_has_is_refused():
    text = "<!-- code: one -->\nold\n<!-- end -->\n"

    assert pages.filled(text, {"one": "new"}) == text.replace("old", "new")
    for other in ({}, {"one": "new", "two": ""}):
        with pytest.raises(pages.Failure):
            pages.filled(text, other)
