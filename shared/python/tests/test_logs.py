import json
import logging
import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from teamkit import logs

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(capsysbinary: pytest.CaptureFixture[bytes]) -> Iterator[Lines]:
    handlers, level, hook = logging.root.handlers[:], logging.root.level, sys.excepthook
    written: list[dict[str, Any]] = []
    logs.configure("bakery-api", "INFO")
    logs.bind_request_id("request-1")

    def read() -> list[dict[str, Any]]:
        written.extend(map(json.loads, capsysbinary.readouterr().out.splitlines()))
        return written

    yield read
    logs.bind_request_id("")
    logging.root.handlers[:], sys.excepthook = handlers, hook
    logging.root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()


def test_a_line_has_the_fields_that_all_services_share(lines: Lines) -> None:
    structlog.get_logger().info("bread sold", kind="rye", count=2)

    (line,) = lines()
    assert line.pop("ts").endswith("Z")
    assert line == {
        "level": "info",
        "event": "bread sold",
        "service": "bakery-api",
        "request_id": "request-1",
        "kind": "rye",
        "count": 2,
    }


def test_the_standard_librarys_lines_look_the_same(lines: Lines) -> None:
    logging.getLogger("gunicorn.error").warning("listening at %s", "8000", extra={"port": 8000})

    (line,) = lines()
    assert (line["level"], line["event"]) == ("warning", "listening at 8000")
    assert (line["logger"], line["port"], line["request_id"]) == ("gunicorn.error", 8000, "request-1")


def test_below_the_level_nothing_is_written(lines: Lines) -> None:
    structlog.get_logger().debug("x")
    logging.getLogger("x").debug("x")

    assert lines() == []


def test_a_warning_is_a_line(lines: Lines) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn("old oven", stacklevel=1)

    assert "old oven" in lines()[0]["event"]


@pytest.mark.parametrize(
    "key", ["password", "new_password", "refreshToken", "jwt_key", "Authorization", "Set-Cookie", "client_secret"]
)
def test_what_is_secret_by_name_is_not_written(lines: Lines, key: str) -> None:
    structlog.get_logger().info("x", **{key: "geheim"}, nested={"list": [{key: "geheim"}]})
    logging.getLogger("x").info("x", extra={key: "geheim"})

    assert "geheim" not in json.dumps(lines())
    assert logs.REDACTED in json.dumps(lines())


@pytest.mark.parametrize(
    "text",
    [
        "cannot reach postgresql://bakery:geheim@postgres/bakery",
        "Authorization: Bearer geheimgeheimgeheimgeheim",
        "got Token geheimgeheimgeheimgeheim",
        "token eyJhbGciOiJub25lIn0.geheim.geheim refused",
    ],
)
def test_what_is_secret_by_its_look_is_not_written(lines: Lines, text: str) -> None:
    structlog.get_logger().info(text, context=text)
    logging.getLogger("x").info(text)
    try:
        raise ValueError(text)
    except ValueError:
        structlog.get_logger().exception("failed")

    assert len(lines()) == 3
    assert "geheim" not in json.dumps(lines())


def test_an_exception_is_one_line_with_its_traceback(lines: Lines) -> None:
    try:
        raise ValueError("burnt")
    except ValueError:
        structlog.get_logger().exception("failed")
        logging.getLogger("x").exception("failed")

    for line in lines():
        assert line["level"] == "error"
        assert "Traceback" in line["exception"]
        assert "ValueError: burnt" in line["exception"]


def test_whatever_is_logged_stays_one_line_of_json(lines: Lines) -> None:
    for value in (object(), {1: 2}, {"a", 1}, "two\nlines", b"\xff", 1 << 80, "\ud800", float("nan"), Path("/x")):
        structlog.get_logger().info("x", value=value)
        logging.getLogger("x").info("%s", value)

    assert len(lines()) == 18


def test_threads_do_not_mix_their_lines_or_their_request_ids(lines: Lines) -> None:
    def speak(name: str) -> None:
        logs.bind_request_id(name)
        for _ in range(50):
            structlog.get_logger().info("x" * 500, name=name)

    threads = [threading.Thread(target=speak, args=[f"thread-{number}"]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(lines()) == 400
    assert all(line["request_id"] == line["name"] for line in lines())


def test_the_access_line_has_route_status_and_duration(lines: Lines) -> None:
    logs.access("GET", "/api/bread/7", "/api/bread/<id>", 200, 0.01234, "10.0.0.1")

    (line,) = lines()
    assert (line["event"], line["status"], line["duration_ms"]) == ("request", 200, 12.34)
    assert (line["route"], line["path"], line["client"]) == ("/api/bread/<id>", "/api/bread/7", "10.0.0.1")


def test_a_crash_is_one_line_of_json_and_no_secret() -> None:
    code = "from teamkit import logs; logs.configure('bakery-api'); raise OSError('redis://bakery:geheim@redis')"

    ended = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ,
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )

    (line,) = ended.stdout.splitlines()
    assert json.loads(line)["level"] == "critical"
    assert "geheim" not in ended.stdout + ended.stderr
    assert ended.returncode == 1
