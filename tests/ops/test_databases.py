"""PostgreSQL and Redis as the platform runs them: who gets in, what survives, what backup and restore keep."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops import backup, paths, secrets
from ops.failure import Failure
from ops.stack import Stack

CA = "/run/secrets/ca.crt"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    directory = tmp_path_factory.mktemp("databases") / "secrets"
    secrets.ensure(directory, ["blog", "chat"])
    stack = Stack(paths.PLATFORM, f"databases-{os.getpid()}", secrets_dir=directory)
    try:
        stack.up(["postgres", "redis"])
        yield stack
    finally:
        stack.down()


def inside(stack: Stack, image: str, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a client in a container of its own, beside the databases."""
    command = [
        *("docker", "run", "--rm", "--network", f"{stack.project}_data", "-v", f"{stack.ca}:{CA}:ro"),
        *("--no-healthcheck", "--env", "PGPASSWORD", "--env", "REDISCLI_AUTH", "--env", "PGHOST=postgres"),
        *("--entrypoint", program, image, *arguments),
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)


def psql(stack: Stack, user: str, password: str, database: str, sql: str, tls: str = "verify-full") -> str:
    """What a client over the network gets: rows, or the server's refusal."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGPASSWORD", (stack.secrets_dir / password).read_text())
        where = f"host=postgres user={user} dbname={database} sslmode={tls} sslrootcert={CA}"
        done = inside(
            stack, "course/postgres:17", "/usr/lib/postgresql/17/bin/psql", "-X", "-A", "-t", where, "-c", sql
        )
    return (done.stdout + done.stderr).strip()


def redis(stack: Stack, team: str, *words: str, tls: bool = True) -> str:
    """The same for Redis."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REDISCLI_AUTH", (stack.secrets_dir / team / "redis_password").read_text())
        secure = ["--tls", "--cacert", CA, "--user", team] if tls else []
        done = inside(stack, "course/redis:8", "/usr/bin/redis-cli", "-h", "redis", *secure, *words)
    return (done.stdout + done.stderr).strip()


def test_a_team_gets_into_its_own_database_over_verified_tls(stack: Stack) -> None:
    sql = "SELECT current_user, ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"

    assert psql(stack, "blog", "blog/postgres_password", "blog", sql) == "blog|t"


@pytest.mark.parametrize(
    ("user", "password", "database", "tls"),
    [
        pytest.param("blog", "blog/postgres_password", "blog", "disable", id="plaintext"),
        pytest.param("blog", "blog/postgres_password", "chat", "verify-full", id="another team's database"),
        pytest.param("blog", "blog/postgres_password", "postgres", "verify-full", id="the superuser's database"),
        pytest.param("postgres", "postgres_password", "postgres", "verify-full", id="the superuser from outside"),
        pytest.param("exporter", "postgres_exporter_password", "blog", "verify-full", id="the exporter into a team's"),
        pytest.param("blog", "chat/postgres_password", "blog", "verify-full", id="a wrong password"),
    ],
)
def test_everybody_else_is_refused(stack: Stack, user: str, password: str, database: str, tls: str) -> None:
    assert "FATAL" in psql(stack, user, password, database, "SELECT 1", tls)


def test_pages_have_checksums_and_search_has_its_extension(stack: Stack) -> None:
    assert stack.psql("blog", "SHOW data_checksums") == "on"
    assert stack.psql("blog", "SELECT extname FROM pg_extension ORDER BY 1") == "pg_stat_statements\npg_trgm\nplpgsql"
    assert stack.psql("blog", "SELECT '가' < '나', lower('ÄÖ')") == "t|äö"


@pytest.mark.parametrize(
    "words",
    [("GET", "chat:x"), ("SET", "free", "1"), ("KEYS", "blog:*"), ("SCAN", "0"), ("DBSIZE",), ("FLUSHALL",), ("INFO",),
     ("CONFIG", "GET", "*"), ("PUBLISH", "chat:news", "x"), ("PUBSUB", "CHANNELS"), ("MONITOR",), ("ACL", "LIST"),
     ("EVAL", "return redis.call('GET', 'chat:x')", "0")],
    ids=" ".join,
)  # fmt: skip
def test_a_team_reaches_nothing_outside_its_prefix(stack: Stack, words: tuple[str, ...]) -> None:
    answer = redis(stack, "blog", *words)

    assert "NOPERM" in answer or "ACL failure" in answer


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (("SET", "blog:x", "1", "NX", "PX", "60000"), "OK"),
        (("EVAL", "return redis.call('INCR', KEYS[1])", "1", "blog:n"), "1"),
        (("PUBLISH", "blog:news", "x"), "0"),
        (("XADD", "blog:stream", "1-1", "k", "v"), "1-1"),
    ],
)
def test_what_the_queue_and_the_cache_need_works(stack: Stack, words: tuple[str, ...], answer: str) -> None:
    assert redis(stack, "blog", *words) == answer


@pytest.mark.parametrize(
    ("user", "words", "refusal"),
    [
        ("default", ["PING"], "WRONGPASS"),
        ("health", ["GET", "blog:kept"], "NOPERM"),
    ],
)
def test_nobody_signs_in_as_default_and_the_health_check_may_only_ping(
    stack: Stack, user: str, words: list[str], refusal: str
) -> None:
    command = ["-h", "redis", "--tls", "--cacert", CA, "--user", user, "--pass", "any", "--no-auth-warning", *words]

    done = inside(stack, "course/redis:8", "/usr/bin/redis-cli", *command)

    assert refusal in done.stdout + done.stderr


def test_redis_answers_nobody_in_plaintext(stack: Stack) -> None:
    assert "PONG" not in redis(stack, "blog", "PING", tls=False)


def test_rows_and_keys_survive_a_restart_and_a_new_team_is_added_to_what_is_there(stack: Stack) -> None:
    stack.psql("blog", "CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)")
    redis(stack, "blog", "SET", "blog:kept", "1")
    # A script reaches the append-only file as a transaction, which is replayed with the rights of the user `default`.
    redis(
        stack, "blog", "EVAL", "redis.call('SET', KEYS[1], 1); return redis.call('INCR', KEYS[1])", "1", "blog:script"
    )

    secrets.ensure(stack.secrets_dir, ["reading-club"])
    stack.up(["postgres", "redis"])

    assert stack.psql("blog", "SELECT n FROM kept") == "1"
    assert redis(stack, "blog", "GET", "blog:kept") == "1"
    assert redis(stack, "blog", "GET", "blog:script") == "2"
    assert psql(stack, "reading-club", "reading-club/postgres_password", "reading-club", "SELECT 1") == "1"
    assert redis(stack, "reading-club", "PING") == "PONG"


def test_a_backup_brings_everything_back_and_nothing_else(stack: Stack, tmp_path: Path) -> None:
    stack.psql("blog", "CREATE TABLE notes (id int PRIMARY KEY, said text); ALTER TABLE notes OWNER TO blog")
    stack.psql("blog", "INSERT INTO notes SELECT n, '글 ' || n FROM generate_series(1, 5000) AS n")
    file = tmp_path / "blog.dump"
    backup.create(stack, "blog", file)

    stack.psql("blog", "DELETE FROM notes WHERE id > 10; CREATE TABLE later (n int)")
    backup.restore(stack, "blog", file)

    assert stack.psql("blog", "SELECT count(*), max(said) FILTER (WHERE id = 5000) FROM notes") == "5000|글 5000"
    assert stack.psql("blog", "SELECT to_regclass('later')") == ""
    # The team's own role works on it as before, and the others stay out.
    assert (
        psql(stack, "blog", "blog/postgres_password", "blog", "UPDATE notes SET said = 'x' WHERE id = 1") == "UPDATE 1"
    )
    assert "FATAL" in psql(stack, "chat", "chat/postgres_password", "blog", "SELECT 1")
    assert stack.psql("postgres", "SELECT count(*) FROM pg_database WHERE datname LIKE 'blog%'") == "1"
    assert file.stat().st_mode & 0o077 == 0


def test_a_damaged_backup_changes_nothing(stack: Stack, tmp_path: Path) -> None:
    stack.psql("chat", "CREATE TABLE talks (n int); INSERT INTO talks VALUES (7)")
    file = tmp_path / "chat.dump"
    backup.create(stack, "chat", file)
    file.write_bytes(file.read_bytes()[:-200])

    with pytest.raises(Failure, match="pg_restore failed, and nothing was changed"):
        backup.restore(stack, "chat", file)

    assert stack.psql("chat", "SELECT n FROM talks") == "7"
    assert list(tmp_path.iterdir()) == [file]


def test_a_first_start_that_was_cut_off_leaves_no_half_made_cluster(stack: Stack) -> None:
    cut = Stack(paths.PLATFORM, f"{stack.project}-cut", secrets_dir=stack.secrets_dir)
    try:
        cut.up(["postgres"], wait=False)
        begun = ["docker", "exec", f"{cut.project}-postgres-1", "/bin/sh", "-c", "[ -d /var/lib/postgresql/data-1 ]"]
        while subprocess.run(begun, capture_output=True, check=False).returncode:
            assert cut.containers("postgres")[0]["State"]["Running"]
        cut.compose("kill", "postgres")
        cut.up(["postgres"])

        assert cut.psql("blog", "SELECT 1") == "1"
        assert "data-1 is left from a first start that was cut off" in cut.logs("postgres")
    finally:
        cut.down()


def test_every_line_of_both_logs_is_json_and_holds_no_password(stack: Stack) -> None:
    passwords = [file.read_text().strip() for file in stack.secrets_dir.rglob("*_password")]

    for service in ("postgres", "redis"):
        lines = stack.logs(service).splitlines()
        assert lines
        for line in lines:
            entry = json.loads(line)
            assert {"ts", "level", "event", "service"} <= entry.keys()
            assert not any(password in line for password in passwords)


def test_stop_ends_both_well(stack: Stack) -> None:
    """Last in this file: it leaves the stack stopped."""
    stack.compose("stop")

    assert sorted(stack.exit_codes()) == ["postgres 0", "redis 0"]
