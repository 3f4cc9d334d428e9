"""The engine: what is new enough, and what a machine without one is told."""

import os
import subprocess
from pathlib import Path

import pytest

from ops import engine
from ops.failure import Failure
from ops.paths import PLATFORM


@pytest.mark.parametrize(
    ("server", "compose"), [("26.1.5+dfsg1", "2.26.1-4"), ("25.0.0", "v2.24.0"), ("29.1", "5.0.1")]
)
def test_a_new_engine_is_good_enough(server: str, compose: str) -> None:
    engine.new_enough(server, compose)


@pytest.mark.parametrize(
    ("server", "compose", "named"),
    [("20.10.24+dfsg1", "2.26.1", "Engine 20.10.24"), ("26.1.5", "1.29.2", "Compose 1.29.2"), ("", "2.26", "unknown")],
)
def test_an_old_one_is_named_with_what_to_do(server: str, compose: str, named: str) -> None:
    with pytest.raises(Failure, match=named) as told:
        engine.new_enough(server, compose)

    assert "apt-get install" in told.value.en
    assert "업데이트" in told.value.ko


def test_without_an_engine_and_not_allowed_to_install_one_it_says_what_to_type(tmp_path: Path) -> None:
    # A machine without Docker: only the few programs that the script itself needs.
    for name in ("sh", "id", "cat", "uname"):
        (tmp_path / name).symlink_to(f"/bin/{name}")
    nowhere = {"PATH": str(tmp_path), "DOCKER_HOST": "unix:///nowhere.sock"}

    done = subprocess.run(
        ["/bin/sh", str(PLATFORM / "engine" / "install.sh"), "--no-install"],
        env=os.environ | nowhere,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "What to type" in done.stderr
    assert "docker info" in done.stderr
    assert "설치" in done.stderr
