"""The checks as a whole: complete, balanced, explained, and each proven able to fail."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from grading import check
from grading.check import BadCheck, Phase
from grading.requirements import REQUIREMENTS

HERE = Path(__file__).parent
CHECKS = sorted((HERE.parents[1] / "grading/checks").glob("*.py"))
GRADED = [id for id in REQUIREMENTS if id[0] in "FSPMOA"]


def test_points_are_100_in_all(checks):
    assert sum(one.points for one in checks.values()) == 100


@pytest.mark.parametrize("requirement", GRADED)
def test_every_requirement_has_checks(requirement, checks):
    assert any(one.requirement == requirement for one in checks.values())


def test_numbers_of_a_requirement_have_no_gap(checks):
    found = Counter(one.requirement for one in checks.values())

    assert all(f"{name}.{number}" in checks for name, most in found.items() for number in range(1, most + 1))


def test_the_catalogue_is_in_the_order_of_the_checklist(checks):
    assert [id for id in checks if id.startswith("F1.")] == sorted(
        (id for id in checks if id.startswith("F1.")), key=lambda id: int(id.partition(".")[2])
    )
    assert next(iter(checks)) == "F1.1"


def test_what_disturbs_comes_last(checks):
    order = sorted(checks.values(), key=lambda one: one.order)

    assert order[0].phase == Phase.FILES
    assert order[-1].phase == Phase.SWARM


@pytest.mark.parametrize("file", CHECKS, ids=lambda one: one.name)
def test_every_assertion_says_what_it_saw(file):
    silent = [
        node.lineno for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Assert) and not node.msg
    ]

    assert not silent, f"{file.name}: lines {silent}"


def test_every_check_has_a_sabotage(checks):
    named = {
        id for file in HERE.glob("sabotage/**/*.py") for id in re.findall(r'"([FSPMOA]\d\.\d+)"', file.read_text())
    }

    assert sorted(set(checks) - named) == []


TITLE = "It is so.\n\n그렇다."


def _declare(id="S2.77", doc=TITLE, **changes):
    def function(stack):
        pass

    function.__doc__ = doc
    said = {"en": "because", "ko": "때문에"}
    return check.check(id, **({"points": 1, "why": said, "hint": said} | changes))(function)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"why": None}, "`why` is missing"),
        ({"hint": {}}, "`hint` is missing"),
        ({"why": {"en": "because"}}, "missing or empty in 'ko'"),
        ({"hint": {"en": " ", "ko": "때문에"}}, "missing or empty in 'en'"),
        ({"id": "X1.1"}, "no such requirement"),
        ({"id": "S99.1"}, "no such requirement"),
        ({"id": "S2"}, "no such requirement"),
        ({"id": "S2.2"}, "declared twice"),
        ({"points": 0}, "above zero"),
        ({"doc": "English only."}, "docstring"),
        ({"doc": "English.\n\nEnglish again."}, "docstring"),
        ({"doc": None}, "docstring"),
    ],
)
def test_a_check_that_is_written_wrongly_is_refused_at_import(changes, said, checks):
    with pytest.raises(BadCheck, match=re.escape(said)):
        _declare(**changes)

    assert "S2.77" not in check.CHECKS
