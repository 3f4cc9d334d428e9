"""How checks end: by the supervisor and its checking process, with real checks that end in every way."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from grading import check
from grading.__main__ import exit_code
from grading.submission import ROOT, Submission
from grading.supervisor import Supervisor

EXAMPLES = Path(__file__).parent / "examples"


class Silent:
    def __init__(self):
        self.order = []

    def doing(self, text):
        pass

    def started(self, check):
        self.order.append(check.id)

    def ended(self, check, result):
        pass


@pytest.fixture(scope="module")
def submission(tmp_path_factory):
    """The tiny team, with a waiver."""
    root = tmp_path_factory.mktemp("repo")
    folder = root / "teams/tiny"
    folder.mkdir(parents=True)
    (folder / "team.yaml").write_bytes((EXAMPLES / "repo/teams/tiny/team.yaml").read_bytes())
    (folder / "waivers.yaml").write_text("[{id: F1.3, reason: vendor image, expires: 2999-01-01}]")
    return Submission(root, folder)


@pytest.fixture(scope="module")
def endings():
    """The example checks, apart from the real ones."""
    before = dict(check.CHECKS)
    check.CHECKS.clear()
    sys.path.insert(0, str(EXAMPLES))
    yield check.load("outcomes")
    sys.path.remove(str(EXAMPLES))
    check.CHECKS.clear()
    check.CHECKS.update(before)


@pytest.fixture(scope="module")
def graded(submission, endings):
    watcher = Silent()
    return Supervisor(submission, endings, watcher, package="outcomes").grade(), watcher


@pytest.mark.parametrize(
    ("id", "outcome", "said"),
    [
        ("F1.1", "passed", "seen 3 of 3"),
        ("F1.2", "failed", "1 is not above 2"),
        ("F1.3", "waived", "too large"),
        ("F1.4", "not_checked", "there is no engine"),
        ("F1.5", "not_checked", "same cause as F1.4"),
        ("F1.6", "not_checked", "needs F1.2"),
        ("F1.7", "not_checked", "not done after 0.3 s"),
        ("S1.1", "not_checked", "grader error: KeyError"),
        ("S1.2", "not_checked", "grader error: KeyError"),
        ("S1.3", "not_checked", "same cause as S1.2"),
        ("P1.1", "not_checked", "could not be interrupted"),
        ("P1.2", "passed", ""),
        ("P1.3", "not_checked", "ended its process"),
    ],
)
def test_a_check_ends_as_it_should(graded, id, outcome, said):
    result = graded[0].results[id]

    assert result.outcome == outcome
    assert said in f"{result.evidence} {result.reason}"


def test_only_assertions_cost_points_and_waivers_cost_none(graded):
    report, _ = graded

    assert report.earned == 3
    assert report.checkable == 6
    assert report.possible == 16


def test_a_graders_mistake_ends_with_2_even_beside_failures(graded):
    report, _ = graded

    assert report.results["S1.1"].grader_error
    assert exit_code([report]) == 2


def test_texts_are_in_both_languages(graded):
    result = graded[0].results["F1.2"]

    assert result.evidence.within("ko") == "1은 2보다 크지 않음"


def _command(*arguments: str, **environment: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "grading", *arguments],
        cwd=ROOT, env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no-such-team"], "There is no team and no folder 'no-such-team'"),
        (["--only", "S2.99"], "near are S2"),
        (["/"], "expected one team.yaml"),
        (["--lang", "ko", "no-such-team"], "팀도 폴더도 없습니다"),
    ],
)
def test_bad_arguments_end_with_2_and_one_sentence(arguments, said):
    process = _command(*arguments)

    output, _ = process.communicate(timeout=60)

    assert process.returncode == 2
    assert said in output
    assert "Traceback" not in output


def test_a_bad_team_file_ends_with_2_and_names_file_line_and_nearest_key(tmp_path):
    folder = tmp_path / "teams/tiny"
    folder.mkdir(parents=True)
    (tmp_path / "platform").mkdir()
    good = (EXAMPLES / "repo/teams/tiny/team.yaml").read_text()
    (folder / "team.yaml").write_text(good.replace("services: {api:", "services: {apii:"))
    process = _command(str(tmp_path))

    output, _ = process.communicate(timeout=60)

    assert process.returncode == 2
    assert "team.yaml:3:" in output
    assert "did you mean `api`?" in output


def test_without_an_engine_it_ends_with_2_and_says_what_to_type(tmp_path):
    process = _command(str(EXAMPLES / "repo"), DOCKER_HOST=f"unix://{tmp_path}/nothing.sock")

    output, _ = process.communicate(timeout=120)

    assert process.returncode == 2
    assert "./nox -s engine" in output


def test_events_are_one_json_object_a_line(graded):
    for result in graded[0].results.values():
        assert json.loads(json.dumps(result.event()))["id"] == result.id


def test_the_catalogue_is_listed():
    process = _command("--list")

    output, _ = process.communicate(timeout=60)

    assert process.returncode == 0
    assert "S2.2" in output


def test_an_interrupt_ends_with_2_removes_all_and_still_writes_a_report(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.grading.examples.hold", str(tmp_path)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    container = process.stdout.readline().strip()

    os.kill(process.pid, signal.SIGINT)
    process.communicate(timeout=60)

    assert process.returncode == 2
    assert not _exists(container)
    assert json.loads((tmp_path / "report.json").read_text())["teams"][0]["checks"][0]["outcome"] == "not_checked"


def test_what_a_killed_run_left_is_removed_by_the_next_and_nothing_else(tmp_path):
    from grading import ownership
    from grading.commands import run

    killed = subprocess.Popen(
        [sys.executable, "-m", "tests.grading.examples.hold", str(tmp_path)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert killed.stdout is not None
    left = killed.stdout.readline().strip()
    mine = ["docker", "create", "--label", f"{ownership.LABEL}={ownership.run_id()}", "course/python:1"]
    of_a_live_run = run(*mine).stdout.strip()
    of_nobody = run("docker", "create", "course/python:1").stdout.strip()
    secrets = [ownership.directory(), ownership.directory(f"{ownership.run_id().rpartition('-')[0]}-1")]
    try:
        os.killpg(killed.pid, signal.SIGKILL)
        killed.communicate(timeout=10)

        ownership.remove_leftovers()

        assert not _exists(left)
        assert _exists(of_a_live_run)
        assert _exists(of_nobody)
        assert [folder.exists() for folder in secrets] == [True, False]
    finally:
        secrets[0].rmdir()
        run("docker", "rm", "-f", of_a_live_run, of_nobody, must=False)


def _exists(container: str) -> bool:
    return subprocess.run(["docker", "inspect", container], capture_output=True, check=False).returncode == 0
