import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from teamkit.settings import CannotStart, Settings


class Bakery(Settings):
    team: str = "bakery"
    service: str = "bakery-api"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("postgres_password", "redis_password", "jwt_key"):
        (tmp_path / name).write_text("x" * 40 + "\n")
    return tmp_path


def test_secrets_come_from_files_without_their_line_end(folder: Path) -> None:
    settings = Bakery.load(folder)

    assert settings.postgres_password.get_secret_value() == "x" * 40


def test_the_secrets_directory_can_be_named_by_the_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRETS_DIR", str(folder))

    assert Bakery.load().jwt_key.get_secret_value() == "x" * 40


def test_plain_values_come_from_the_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTGRES_HOST", "elsewhere")

    assert Bakery.load(folder).postgres_host == "elsewhere"


@pytest.mark.parametrize("name", ["postgres_password", "redis_password", "jwt_key"])
def test_a_missing_secret_stops_the_start_and_says_which(folder: Path, name: str) -> None:
    (folder / name).unlink()

    with pytest.raises(CannotStart) as stop:
        Bakery.load(folder)

    assert stop.value.code == 78
    assert f"{folder / name} is missing; run `./nox -s secrets`" in str(stop.value)
    assert "실행하세요" in str(stop.value)


def test_an_empty_secret_stops_the_start(folder: Path) -> None:
    (folder / "redis_password").write_text("\n")

    with pytest.raises(CannotStart, match="redis_password is empty"):
        Bakery.load(folder)


@pytest.mark.parametrize("keys", ["short", f"{'k' * 64}\nshort"], ids=["the only one", "one of two"])
def test_a_short_key_stops_the_start(folder: Path, keys: str) -> None:
    (folder / "jwt_key").write_text(keys)

    with pytest.raises(CannotStart, match="shorter than 32 bytes"):
        Bakery.load(folder)


@pytest.mark.parametrize("variable", ["JWT_KEY", "postgres_password"])
def test_a_secret_in_the_environment_stops_the_start(
    folder: Path, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "y" * 40)

    with pytest.raises(CannotStart, match=f"{variable} carries a secret") as stop:
        Bakery.load(folder)

    assert "yyyy" not in str(stop.value)


def test_a_wrong_plain_value_stops_the_start_and_names_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_PORT", "six")

    with pytest.raises(CannotStart, match="REDIS_PORT"):
        Bakery.load(folder)


def test_the_process_ends_with_78_and_one_sentence_a_language(folder: Path) -> None:
    shutil.rmtree(folder)
    code = "from teamkit.settings import Settings; Settings.load()"

    ended = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"SECRETS_DIR": str(folder)},
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 78
    assert len(ended.stderr.splitlines()) == 2
    assert "Traceback" not in ended.stderr


def test_settings_are_frozen_and_do_not_print_secrets(folder: Path) -> None:
    settings = Bakery.load(folder)

    assert "xxxx" not in repr(settings)
    with pytest.raises(ValueError, match="frozen"):
        settings.team = "other"


def test_the_database_url_verifies_the_server(folder: Path) -> None:
    url = Bakery.load(folder).database_url

    assert url.startswith("postgresql+psycopg://bakery:xxxx")
    assert "sslmode=verify-full" in url
