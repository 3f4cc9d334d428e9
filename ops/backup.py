"""Back a team's database up into one file, and restore it.

`python -m ops.backup create|restore TEAM FILE [--project NAME]`
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Protocol

from ops import images, paths
from ops.failure import Failure, stop
from ops.progress import console, step
from ops.secrets import TEAM_NAME
from ops.stack import Stack


class Place(Protocol):
    """Where the database's container runs: a Compose project, or a stack on a Swarm."""

    @property
    def environment(self) -> Mapping[str, str]: ...

    def inside(self, service: str, *command: str) -> list[str]: ...

    def exec(self, service: str, *command: str) -> str: ...

    def psql(self, database: str, sql: str) -> str: ...


def create(stack: Place, team: str, file: Path) -> None:
    """Write everything in the team's database to `file`, as of one moment, while the team goes on working.

    The file appears only when it is whole and has been read back.
    """
    partial = file.with_name(f".{file.name}.partial")
    try:
        with step(f"backing up {team}"):
            with partial.open("wb") as target:
                os.fchmod(target.fileno(), 0o600)
                _stream(stack, ["pg_dump", "--format=custom", "--dbname", team], output=target)
                target.flush()
                os.fsync(target.fileno())
            _check(stack, partial)
        partial.replace(file)
    except OSError as error:
        raise Failure(
            f"{file} cannot be written: {error.strerror}.", f"{file}에 쓸 수 없습니다: {error.strerror}."
        ) from error
    finally:
        partial.unlink(missing_ok=True)


def restore(stack: Place, team: str, file: Path) -> None:
    """Put the database back as it was in `file`.

    The file is read into a fresh database, in one transaction, beside the one in use. Only when that
    has worked do the two change places; until then, and after any failure, nothing has changed.
    """
    if not file.is_file():
        raise Failure(f"There is no file {file}.", f"{file} 파일이 없습니다.")
    fresh, old = f"{team}.restore", f"{team}.before"
    with step(f"restoring {team}"):
        _check(stack, file)
        _drop(stack, fresh, old)
        try:
            # template0: the dump brings its own extensions. Nobody but the superuser until it is whole.
            _sql(stack, f'CREATE DATABASE "{fresh}" OWNER "{team}" TEMPLATE template0')
            _sql(stack, f'REVOKE ALL ON DATABASE "{fresh}" FROM PUBLIC')
            with file.open("rb") as source:
                flags = ["--single-transaction", "--exit-on-error", "--dbname", fresh]
                _stream(stack, ["pg_restore", *flags], input=source)
            stack.psql(fresh, "ANALYZE")
            _swap(stack, team, fresh, old)
        finally:
            _drop(stack, fresh, old)


def _swap(stack: Place, team: str, fresh: str, old: str) -> None:
    """Both names change in one transaction; the sessions on the old database end, their pools connect again."""
    quiet = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IN ('{team}', '{fresh}')"
    _sql(stack, f'ALTER DATABASE "{team}" ALLOW_CONNECTIONS false')
    try:
        stack.psql("postgres", quiet)
        stack.psql(
            "postgres", f'ALTER DATABASE "{team}" RENAME TO "{old}"; ALTER DATABASE "{fresh}" RENAME TO "{team}"'
        )
    except Failure:
        _sql(stack, f'ALTER DATABASE "{team}" ALLOW_CONNECTIONS true')
        raise


def _drop(stack: Place, *databases: str) -> None:
    for database in databases:
        _sql(stack, f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


def _sql(stack: Place, statement: str) -> None:
    """One statement that PostgreSQL does not allow inside a transaction."""
    stack.exec(
        "postgres", "psql", "-X", "-q", "-d", "postgres", "-c", "SET client_min_messages = warning", "-c", statement
    )


def _check(stack: Place, file: Path) -> None:
    """Read the whole file as a restore would, and throw the result away."""
    with file.open("rb") as source:
        _stream(stack, ["pg_restore", "--file=/dev/null"], input=source)


def _stream(
    stack: Place, command: Sequence[str], input: IO[bytes] | None = None, output: IO[bytes] | None = None
) -> None:
    """Run a program in the database's container; the data flows past, whatever its size, and is never held here."""
    done = subprocess.run(
        stack.inside("postgres", *command),
        env=os.environ | stack.environment,
        stdin=input or subprocess.DEVNULL,
        stdout=output or subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        said = images.tail(done.stderr.decode(errors="replace"), 5)
        raise Failure(
            f"{command[0]} failed, and nothing was changed. It said:\n{said}",
            f"{command[0]}이(가) 실패했으며 아무것도 바뀌지 않았습니다. 위의 메시지를 확인하세요.",
        )


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; 2 where it cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m ops.backup", description=__doc__)
    parser.add_argument("action", choices=["create", "restore"])
    parser.add_argument("team", metavar="TEAM")
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--project", help="name of the running Compose project; the team's name if not given")
    options = parser.parse_args(arguments)
    try:
        if not TEAM_NAME.fullmatch(options.team) or options.team not in paths.teams():
            known = ", ".join(paths.teams())
            raise Failure(
                f"There is no team {options.team!r}; there is: {known}.",
                f"{options.team!r} 팀이 없습니다. 있는 팀: {known}.",
            )
        stack = Stack(paths.TEAMS / options.team, options.project or options.team)
        {"create": create, "restore": restore}[options.action](stack, options.team, options.file)
    except Failure as failure:
        stop(failure)
    if options.action == "create":
        size = options.file.stat().st_size
        console.print(
            f"{options.file}: {size:,} bytes, read back and whole. / {options.file}: {size:,}바이트, 검증했습니다."
        )
    else:
        console.print(
            f"{options.team} is as it was in {options.file}. / {options.team}을(를) {options.file}로 되돌렸습니다."
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
