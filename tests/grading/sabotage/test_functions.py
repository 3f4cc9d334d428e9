"""Checks of functions, each against an application that does one thing wrong."""

from types import SimpleNamespace

import pytest

from grading.edge import Edge
from grading.world import World
from tests.grading.tiny import KEY, Tiny

SABOTAGES = [
    ("F1.1", "nobody can sign up"),
    ("F1.2", "takes any password"),
    ("F1.2", "tells who is unknown"),
    ("F1.3", "takes duplicates"),
    ("F1.4", "refresh tokens never change"),
    ("F1.4", "reuse goes unnoticed"),
    ("F1.5", "logout does nothing"),
    ("F1.6", "takes expired tokens"),
    ("F1.6", "takes unsigned tokens"),
    ("F1.6", "takes any audience"),
    ("F1.7", "anybody may write"),
    ("F1.8", "forgets a write route in the matrix"),
    ("F2.1", "loses Korean"),
    ("F2.2", "changes nothing"),
    ("F2.3", "deletes nothing"),
    ("F2.4", "pages overlap"),
    ("F2.5", "fails on bad JSON"),
    ("F2.5", "takes anything"),
    ("F2.6", "ignores conflicts"),
    ("F3.1", "says nothing"),
    ("F3.1", "no stream"),
    ("F3.2", "forgets what was missed"),
    ("F4.1", "lays portraits down"),
    ("F4.2", "keeps EXIF"),
    ("F4.3", "takes any file"),
    ("F4.4", "takes bombs"),
    ("F5.1", "finds no Korean"),
    ("F5.2", "breaks on hostile text"),
    ("F5.3", "finds what is gone"),
    ("F6.1", "writes an invalid document"),
    ("F6.1", "hides a route"),
    ("F6.2", "loads from elsewhere"),
    ("P3.1", "the cache is slow"),
    ("P3.3", "the list is old"),
    ("S3.3", "sets no headers"),
]
# The small application has no cache, no headers and no replicas: these pass on the reference only.
ONCE = sorted({id for id, _ in SABOTAGES} - {"P3.1", "S3.3"})


class Job:
    def measured(self, *_: object, **__: float) -> None:
        """Nobody draws this."""


class Standing:
    """As much of a stack as these checks ask: its secrets, and containers that stay what they are."""

    def secret(self, _name: str) -> str:
        return KEY

    def container(self, _name: str) -> SimpleNamespace:
        return SimpleNamespace(pid=1, restarts=0)


@pytest.fixture
def make(checks, tiny_team, secrets_folder):
    """Make a check of the small application with a fault; returns what the check returns."""
    running = []

    def make(id: str, fault: str):
        app = Tiny(secrets_folder, fault)
        edge = Edge(app.port, secrets_folder / "ca.crt")
        running.append((app, edge))
        world = World(edge, tiny_team, Standing())
        function = checks[id].function
        available = {"world": world, "edge": edge, "team": tiny_team, "stack": world.stack, "many": [], "job": Job()}
        names = function.__code__.co_varnames[: function.__code__.co_argcount]
        available["docs_visit"] = None
        if "openapi" in names:
            available["openapi"] = edge.send("GET", "/api/openapi.json").json()
        return function(**{name: available[name] for name in names})

    yield make
    for app, edge in running:
        edge.http.close()
        app.stop()


@pytest.mark.parametrize("id", ONCE)
def test_a_right_application_passes(id, make):
    make(id, "")


@pytest.mark.parametrize(("id", "fault"), SABOTAGES)
def test_a_wrong_application_fails(id, fault, make):
    with pytest.raises(AssertionError) as failure:
        make(id, fault)

    assert str(failure.value), "a failure must say what was seen"
