"""A scanner that cannot vouch for a clean result says so, and its silence is never taken for a pass."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from grading.scan import Scanner, ScannerUnfit, trivy

FOUND = {
    "Results": [{"Vulnerabilities": [{"PkgName": "openssl"}]}, {"Vulnerabilities": [{"PkgName": "django"}]}],
}


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    """Something in Trivy's place that exits 0 and prints the given report."""

    def stand_in(report):
        program = tmp_path / "trivy-stand-in"
        said = json.dumps(report)
        program.write_text(f"#!/bin/sh\ncase $1 in --version) echo Version: 0.76.0;; *) echo '{said}';; esac\n")
        program.chmod(0o755)
        monkeypatch.setattr(trivy, "program", lambda: str(program))

    return stand_in


@pytest.fixture
def database(tmp_path, monkeypatch):
    """A database of that age, as its metadata tell."""

    def database(days):
        folder = tmp_path / "cache/db"
        folder.mkdir(parents=True)
        updated = datetime.now(UTC) - timedelta(days=days)
        content = {"Version": 2, "UpdatedAt": updated.strftime("%Y-%m-%dT%H:%M:%S.123456789Z")}
        (folder / "metadata.json").write_text(json.dumps(content))
        monkeypatch.setenv("TRIVY_CACHE_DIR", str(tmp_path / "cache"))

    return database


def test_a_fresh_database_that_knows_the_canary_serves(stand_in, database, tmp_path):
    stand_in(FOUND)
    database(days=3)

    assert Scanner(tmp_path).version == "0.76.0"


def test_an_old_database_is_not_used(stand_in, database, tmp_path):
    stand_in(FOUND)
    database(days=15)

    with pytest.raises(ScannerUnfit, match="15 days old"):
        Scanner(tmp_path)


@pytest.mark.parametrize("report", [{}, {"Results": []}, {"Results": FOUND["Results"][:1]}], ids=str)
def test_a_database_that_does_not_know_the_canary_is_not_used(report, stand_in, database, tmp_path):
    stand_in(report)
    database(days=3)

    with pytest.raises(ScannerUnfit, match="does not know the old holes"):
        Scanner(tmp_path)


def test_a_folder_without_a_database_is_told(stand_in, tmp_path, monkeypatch):
    stand_in(FOUND)
    monkeypatch.setenv("TRIVY_CACHE_DIR", str(tmp_path))

    with pytest.raises(ScannerUnfit, match="holds no database"):
        Scanner(tmp_path)


def test_where_nothing_can_be_downloaded_it_says_what_to_set(tmp_path, monkeypatch):
    program = tmp_path / "trivy-stand-in"
    program.write_text(
        "#!/bin/sh\ncase $1 in --version) echo Version: 0.76.0;; *) echo no such host >&2; exit 1;; esac\n"
    )
    program.chmod(0o755)
    monkeypatch.setattr(trivy, "program", lambda: str(program))
    monkeypatch.delenv("TRIVY_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "empty"))

    with pytest.raises(ScannerUnfit, match="set TRIVY_CACHE_DIR"):
        Scanner(tmp_path)


def test_no_trivy_at_all_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(trivy.sys, "executable", str(tmp_path / "python"))
    monkeypatch.setattr(trivy.shutil, "which", lambda _: None)

    with pytest.raises(ScannerUnfit, match="not installed"):
        trivy.program()
