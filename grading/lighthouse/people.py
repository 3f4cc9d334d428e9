"""Who looks at the pages that are measured: a visitor, or somebody who signed up for it."""

from __future__ import annotations

from typing import Any

from grading.edge import Edge, expect, json_of
from grading.team import Call, Team
from grading.templates import fill, fill_path, look
from grading.world import unique


def pages_to_measure(edge: Edge, team: Team) -> list[dict[str, Any]]:
    """Name, filled path and local storage of every page that team.yaml wants measured."""
    assert team.frontend
    word = unique()
    person = {"unique": word, "name": f"u{word}", "email": f"u{word}@example.com", "password": f"Pw-{word}-{word}"}
    known = {**person, **edge.call(team.auth.signup, person)}
    measured = {name: team.frontend.pages[name] for name in team.frontend.measured}
    return [
        {
            "name": name,
            "path": fill_path(page.path, {**known, **(_first(edge, team, page.needs) if page.needs else {})}),
            "storage": fill(team.frontend.storage, known) if page.signed_in else {},
        }
        for name, page in measured.items()
    ]


def _first(edge: Edge, team: Team, name: str) -> dict[str, Any]:
    """The id of the first thing that the example data lists."""
    pages = team.resources[name].pages
    assert pages, f"team.yaml: resources.{name} has no `pages` to take one from"
    call = Call(pages.request)
    reply = edge.request(call, {"limit": 1, "offset": 0, "cursor": ""})
    expect(reply, [200])
    return {name: look(json_of(reply), f"{pages.items}.0.{pages.id}")}
