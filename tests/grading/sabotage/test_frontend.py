"""Checks of the frontend, each against pages that do one thing wrong, in a real Chromium."""

from types import SimpleNamespace

import pytest

from grading import metrics
from grading.check import NotChecked
from grading.edge import Edge
from grading.fixtures.browser import wanted_pages
from grading.team.model import Frontend, Page
from grading.visits import CannotBrowse, Visit, Wanted, make
from grading.world import World
from ops import browser, engine
from tests.grading.pages import PAGES, POLICIES, Pages
from tests.grading.tiny import Tiny

FRONTEND = Frontend(pages={"home": Page("/right", "main")})
SABOTAGES = [
    ("A1.9", "empty", "hardly a text"),
    ("A1.9", "logs an error", "something is wrong"),
    ("A1.9", "throws", "a mistake"),
    ("A1.9", "lacks a file", "404 .*/assets/nothing.json"),
    ("A1.9", "never shows", "Timeout"),
    ("A1.9", "never answers", "Timeout|did not answer"),
    ("A1.10", "lost on reload", "200, then 404"),
    ("A1.12", "asks elsewhere", "https://elsewhere.example/x.png"),
    ("A1.13", "cannot be read", "image-alt|label"),
    ("S3.7", "has no policy", "the policy: ''"),
    ("S3.7", "allows inline scripts", "unsafe-inline"),
]


@pytest.fixture(scope="module")
def seen(secrets_folder) -> dict[str, Visit]:
    """Every page as Chromium sees it, visited once."""
    pages = Pages(secrets_folder)
    inside = f"{engine.host_address()}:{pages.port}"
    command = browser.command("bridge", inside, pages.port, secrets_folder / "ca.crt")
    wanted = [Wanted(name, f"/{name.replace(' ', '%20')}", "main", do=_deeds(name)) for name in PAGES]
    wanted.append(Wanted("attacked", "/right", "main", do=["inject"]))
    visits = make(command, f"https://localhost:{pages.port}", wanted, patience=3)
    pages.stop()
    return {one.name: one for one in visits}


def _deeds(name: str) -> list[str]:
    if name in POLICIES:
        return ["inject"]
    return ["axe", "reload", "use", "picture"] if name == "right" else ["axe", "reload"]


@pytest.fixture
def made(checks, seen, monkeypatch):
    """Make a check of one page; the API has counted violations unless `counted` says otherwise."""

    def made(id: str, page: str, frontend: Frontend = FRONTEND, counted: float = 1, attacked: str = "attacked"):
        monkeypatch.setattr(metrics, "of", lambda *_: [("browser_csp_violations_total", {}, counted)])
        monkeypatch.setattr("grading.checks.frontend.REPORT_SECONDS", 0)
        attack = seen[attacked]
        visits = [seen[page], Visit("attacked", attack.path, "desktop", **_but(attack, "name", "path", "look"))]
        team = SimpleNamespace(services=SimpleNamespace(api="api"))
        available = {"visits": visits, "frontend": frontend, "stack": None, "team": team}
        function = checks[id].function
        names = function.__code__.co_varnames[: function.__code__.co_argcount]
        return function(**{name: available[name] for name in names})

    return made


def _but(visit: Visit, *names: str) -> dict:
    return {name: value for name, value in vars(visit).items() if name not in names}


@pytest.mark.parametrize("id", ["A1.9", "A1.10", "A1.12", "A1.13", "S3.7"])
@pytest.mark.parametrize("page", ["right", "asks a question"])
def test_a_right_page_passes(id, page, made):
    made(id, page)


@pytest.mark.parametrize(("id", "page", "said"), SABOTAGES)
def test_a_wrong_page_fails(id, page, said, made):
    with pytest.raises(AssertionError, match=said):
        made(id, page, attacked=page if page in POLICIES else "attacked")


def test_a_page_that_allows_it_really_runs_what_was_injected(seen):
    """Else the check would say that nothing ran where nothing could have."""
    assert set(seen["allows inline scripts"].ran) == {"an inline script", "an event handler", "text as code"}


def test_a_violation_that_nobody_hears_of_fails(made):
    reported = Frontend(pages=FRONTEND.pages, reports="/reports")
    heard = Frontend(pages=FRONTEND.pages, reports="default-src")

    made("S3.7", "right", heard)
    with pytest.raises(AssertionError, match="reports nothing to /reports"):
        made("S3.7", "right", reported)
    with pytest.raises(AssertionError, match="did not move"):
        made("S3.7", "right", heard, counted=0)


CACHING = [
    "unhashed",
    "keeps the page",
    "forgets assets",
    "compresses nothing",
    "compresses late",
    "answers with the page",
]


@pytest.mark.parametrize("fault", ["", *CACHING])
def test_what_is_kept_wrongly_fails(fault, checks, secrets_folder):
    pages = Pages(secrets_folder, fault)
    edge = Edge(pages.port, secrets_folder / "ca.crt")
    try:
        if fault:
            with pytest.raises(AssertionError):
                checks["A1.11"].function(frontend=FRONTEND, edge=edge)
        else:
            checks["A1.11"].function(frontend=FRONTEND, edge=edge)
    finally:
        edge.http.close()
        pages.stop()


@pytest.mark.parametrize("fault", ["", "loads from elsewhere", "throws"])
def test_documentation_that_shows_no_operation_fails(fault, checks):
    outside = ["https://cdn.example.com/swagger-ui.js"] if fault == "loads from elsewhere" else []
    errors = ["a mistake"] if fault == "throws" else []
    visit = Visit("docs", "/api/docs", "desktop", status=200, heading="The API", outside=outside, errors=errors)

    if not fault:
        checks["F6.2"].function(edge=None, docs_visit=visit)
        visit.problem = "Timeout 10000ms exceeded"
    with pytest.raises(AssertionError):
        checks["F6.2"].function(edge=None, docs_visit=visit)


def test_where_there_is_no_browser_nothing_is_said_of_the_pages(secrets_folder):
    command = browser.command("no-such-network", "nginx:8443", 8443, secrets_folder / "ca.crt")

    with pytest.raises(CannotBrowse, match="network no-such-network not found"):
        make(command, "https://localhost:8443", [Wanted("home", "/", "main")])


def test_pages_are_opened_as_team_yaml_tells(secrets_folder, tiny_team):
    app = Tiny(secrets_folder)
    edge = Edge(app.port, secrets_folder / "ca.crt")
    page = Page("/note/{note}", "text={title}", needs="note", signed_in=True)
    frontend = Frontend(
        pages={"home": Page("/", "main"), "note": page}, storage={"token": "{access}"}, pictures=["note"]
    )
    try:
        wanted = wanted_pages(World(edge, tiny_team, None), frontend)
    finally:
        edge.http.close()
        app.stop()

    assert [(one.name, one.look) for one in wanted] == [
        ("home", "desktop"), ("note", "desktop"), ("note", "phone"), ("note", "dark"), ("note", "korean"), ("attacked", "desktop"),
    ]  # fmt: skip
    assert wanted[1].path.removeprefix("/note/").isdigit()
    assert wanted[1].shows.startswith("text=Title ")
    assert wanted[1].storage["token"].count(".") == 2
    assert not wanted[0].storage


def test_a_team_without_a_frontend_is_not_checked(tiny_team):
    from grading.fixtures.browser import frontend

    with pytest.raises(NotChecked, match="declares no frontend"):
        frontend.__wrapped__(tiny_team)
