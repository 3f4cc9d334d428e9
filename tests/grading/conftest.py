"""What the grader's own tests stand on."""

from pathlib import Path

import pytest

from grading import check, team
from ops import secrets

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def checks():
    return check.load()


@pytest.fixture(scope="session")
def tiny_team():
    return team.read(HERE / "examples/repo/teams/tiny/team.yaml")


@pytest.fixture(scope="session")
def secrets_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("secrets")
    secrets.ensure(folder, ["tiny"])
    return folder
