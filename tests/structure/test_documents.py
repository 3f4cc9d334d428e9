"""What the documents tell a reader to type, and where they point, exists; and every page is there in Korean."""

import re
import subprocess
from pathlib import Path

import pytest

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
