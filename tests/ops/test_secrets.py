"""The promises of ops.secrets: idempotent, renewing, additive, and readable by nobody else."""

import hashlib
import os
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from ops import paths, secrets


def contents(directory: Path) -> dict[str, bytes]:
    return {str(file.relative_to(directory)): file.read_bytes() for file in directory.rglob("*") if file.is_file()}


def names_of(path: Path) -> set[str]:
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {str(name.value) for name in found}


def test_second_run_changes_nothing(tmp_path: Path) -> None:
    created = secrets.ensure(tmp_path, ["blog"])
    before = contents(tmp_path)

    again = secrets.ensure(tmp_path, ["blog"])

    assert {"ca.crt", "tls/nginx.key", "blog/jwt_key", "postgres_roles", "redis_users.acl"} <= set(created)
    assert again == []
    assert contents(tmp_path) == before


def test_new_team_is_added_and_nobody_elses_password_changes(tmp_path: Path) -> None:
    secrets.ensure(tmp_path, ["blog"])
    before = contents(tmp_path)

    created = secrets.ensure(tmp_path, ["reading-club"])

    after = contents(tmp_path)
    changed = {name for name in before if after[name] != before[name]}
    assert changed == {"postgres_roles", "redis_users.acl", "tls/nginx.crt", "tls/nginx.key"}
    assert "reading-club/redis_password" in created
    assert [line.split()[0] for line in after["postgres_roles"].decode().splitlines()] == [
        "blog",
        "reading-club",
    ]


def test_certificate_near_its_end_is_renewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(secrets, "LEAF_LIFETIME", timedelta(days=29))
        secrets.ensure(tmp_path, ["blog"])
    ca, passwords = (tmp_path / "ca.crt").read_bytes(), (tmp_path / "postgres_roles").read_bytes()

    created = secrets.ensure(tmp_path, ["blog"])

    assert "tls/blog-api.crt" in created
    assert "ca.crt" not in created
    assert (tmp_path / "ca.crt").read_bytes() == ca
    assert (tmp_path / "postgres_roles").read_bytes() == passwords


def test_authority_near_its_end_takes_every_leaf_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(secrets, "CA_LIFETIME", timedelta(days=29))
        first = secrets.ensure(tmp_path, ["blog"])

    created = secrets.ensure(tmp_path, ["blog"])

    assert {name for name in created if name.endswith(".crt")} == {name for name in first if name.endswith(".crt")}


@pytest.mark.parametrize("damaged", ["tls/redis.key", "tls/redis.crt"])
def test_half_a_pair_is_replaced(tmp_path: Path, damaged: str) -> None:
    secrets.ensure(tmp_path, [])
    (tmp_path / damaged).unlink()

    created = secrets.ensure(tmp_path, [])

    assert created == ["tls/redis.key", "tls/redis.crt"]


def test_names_in_the_certificates(tmp_path: Path) -> None:
    secrets.ensure(tmp_path, ["blog"])

    common = {"localhost", "127.0.0.1"}
    assert names_of(tmp_path / "tls/postgres.crt") == common | {"postgres", "tasks.postgres"}
    assert names_of(tmp_path / "tls/nginx.crt") == common | {
        "nginx", "tasks.nginx", "blog.localhost", "blog-payments.localhost",
    }  # fmt: skip
    assert names_of(tmp_path / "tls/blog-api.crt") == common | {"blog-api", "tasks.blog-api", "api"}
    assert names_of(tmp_path / "tls/blog-frontend.crt") == common | {
        "blog-frontend", "tasks.blog-frontend", "frontend",
    }  # fmt: skip


def test_openssl_verifies_the_chain_strictly(tmp_path: Path) -> None:
    secrets.ensure(tmp_path, ["blog"])

    verified = subprocess.run(
        ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", tmp_path / "ca.crt",
         *sorted((tmp_path / "tls").glob("*.crt"))],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert verified.returncode == 0, verified.stderr


def test_modes_keep_other_users_out_and_let_the_container_in(tmp_path: Path) -> None:
    directory = tmp_path / "secrets"
    secrets.ensure(directory, ["blog"])

    mode = 0o400 if os.geteuid() == 0 else 0o444
    assert all(stat.S_IMODE(folder.stat().st_mode) == 0o700 for folder in [directory, *directory.glob("*/")])
    for file in directory.rglob("*"):
        if file.is_file() and file.name not in (".lock", "ca.key"):
            assert stat.S_IMODE(file.stat().st_mode) == mode, file
            assert os.geteuid() != 0 or file.stat().st_uid == secrets.CONTAINER_UID, file
    assert stat.S_IMODE((directory / "ca.key").stat().st_mode) == 0o400
    assert (directory / "ca.key").stat().st_uid == os.geteuid()


def test_redis_users_are_bound_to_their_prefix_and_hold_no_password(tmp_path: Path) -> None:
    secrets.ensure(tmp_path, ["blog", "chat"])

    rules = (tmp_path / "redis_users.acl").read_text()
    password = (tmp_path / "blog/redis_password").read_text()
    assert password not in rules
    assert f"user blog on #{hashlib.sha256(password.encode()).hexdigest()} resetkeys ~blog:*" in rules
    assert "~*" not in rules
    assert "&*" not in rules


@pytest.mark.parametrize("name", ["Blog", "a b", "../etc", "postgres", "tls", "1st", "", "x" * 21, "blog\n"])
def test_impossible_team_names_are_refused_before_anything_is_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(secrets.BadTeamName):
        secrets.ensure(tmp_path / "secrets", ["blog", name])

    assert not (tmp_path / "secrets").exists()


def test_command_line_says_what_it_made_and_never_a_password(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ops.secrets", "--directory", str(tmp_path), "blog"]

    first = subprocess.run(command, capture_output=True, text=True, cwd=paths.ROOT, check=True).stdout
    second = subprocess.run(command, capture_output=True, text=True, cwd=paths.ROOT, check=True).stdout

    assert "blog/jwt_key" in first
    assert "Made" in first
    assert "만들었습니다" in first
    assert (tmp_path / "blog/jwt_key").read_text() not in first
    assert "Nothing to make" in second
