"""team.yaml and waivers.yaml are read strictly, and refused with a sentence that helps."""

from datetime import date
from pathlib import Path

import pytest

from grading import team, waivers
from grading.submission import ROOT
from grading.team import BadTeam

TINY = Path(__file__).parent / "examples/repo/teams/tiny/team.yaml"


@pytest.mark.parametrize("file", [TINY, *ROOT.glob("teams/*/team.yaml")], ids=lambda one: one.parent.name)
def test_every_team_file_is_read(file):
    assert team.read(file).team == file.parent.name


def test_a_single_value_stands_for_a_list_of_one():
    assert team.read(TINY).auth.signup.expect == [201]


@pytest.mark.parametrize(
    ("before", "after", "line", "said"),
    [
        ("services: {api:", "services: {apii:", 3, "`apii` is not known in `services`; did you mean `api`?"),
        ("main: note", "main: nota", 12, "did you mean `note`?"),
        ("main: note", "mian: note", 12, "did you mean `main`?"),
        ("kind: sse", "kind: ssl", 39, "did you mean `sse`?"),
        ("team: tiny", "team: {a: b}", 2, "`team` must be text"),
        ("team: tiny", "team: [", 5, "is not valid YAML"),
        ("team: tiny\n", "team: tiny\nteam: twice\n", 3, "`team` is there twice"),
        ("data: {tables: [notes]}", "", 2, "lacks `data`"),
        ("request: GET /api/me", "request: FETCH /api/me", 10, "is not a request"),
        ("expect: 201, take", "expect: soon, take", 6, "must be a whole number"),
        ('missing: "999999"', "missing: !!python/object/apply:os.system [ls]", 27, "must be text"),
        ('missing: "999999"', "missing: !!python/name:os.system x", 27, "cannot be read"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path, before, after, line, said):
    file = tmp_path / "team.yaml"
    text = TINY.read_text()
    assert before in text
    file.write_text(text.replace(before, after, 1))

    with pytest.raises(BadTeam) as refusal:
        team.read(file)

    assert said in str(refusal.value)
    assert f"team.yaml:{line}:" in str(refusal.value)
    assert refusal.value.text.ko != str(refusal.value)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"- a\n- b\n", b"a: " + b"[" * 500 + b"]" * 500, b"x" * 300_000, b"&a [*a]"]
)
def test_rubbish_is_refused_with_a_sentence(tmp_path, content):
    file = tmp_path / "team.yaml"
    file.write_bytes(content)

    with pytest.raises(BadTeam):
        team.read(file)


def test_a_missing_file_is_refused_with_a_sentence(tmp_path):
    with pytest.raises(BadTeam, match="cannot be read"):
        team.read(tmp_path / "team.yaml")


TODAY = date(2026, 11, 23)


def _waivers(tmp_path, text):
    file = tmp_path / "waivers.yaml"
    file.write_text(text)
    return waivers.read(file, {"P1.1", "S2.2"}, TODAY)


def test_a_waiver_holds_until_its_last_day(tmp_path):
    found = _waivers(tmp_path, "- {id: P1.1, reason: vendor image, expires: 2026-11-23, service: grafana}")

    assert found.services("P1.1") == {"grafana": "vendor image"}
    assert found.of("P1.1") is None


def test_an_expired_and_an_unknown_waiver_are_told(tmp_path):
    found = _waivers(
        tmp_path, "- {id: P1.1, reason: late, expires: 2026-11-22}\n- {id: P9.9, reason: what, expires: 2027-01-01}"
    )

    assert not found.valid
    assert "expired on 2026-11-22" in found.remarks[0]
    assert "no such check" in found.remarks[1]


@pytest.mark.parametrize(
    "text",
    [
        "- {id: P1.1}",
        "- {id: P1.1, reason: x, expires: soon}",
        "a: b",
        "- 1",
        "- {id: P1.1, reason: '', expires: 2027-01-01}",
    ],
)
def test_a_waiver_without_reason_or_date_is_refused(tmp_path, text):
    with pytest.raises(BadTeam):
        _waivers(tmp_path, text)


def test_no_file_means_no_waiver(tmp_path):
    assert waivers.read(tmp_path / "waivers.yaml", set(), TODAY).valid == []
