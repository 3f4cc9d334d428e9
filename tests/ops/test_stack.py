"""What ops.stack says when it cannot start, and what it tells apart."""

import os
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ops import paths
from ops import stack as stacks
from ops.failure import Failure
from ops.stack import Ports, Stack

HELD = """\
services:
  holder:
    image: course/redis:8
    entrypoint: [/usr/bin/redis-server, --port, "0", --unixsocket, /tmp/held.sock, --save, ""]
    healthcheck: {test: [CMD, /usr/bin/redis-cli, -s, /tmp/held.sock, PING], interval: 1s, start_interval: 200ms, start_period: 5s}
  leaver:
    image: course/redis:8
    entrypoint: [/usr/local/bin/jsonlog, leaver, /usr/bin/redis-server, --no-such-option, "yes"]
    healthcheck: {test: [CMD, /usr/bin/redis-cli, -s, /tmp/none.sock, PING], interval: 1s, start_period: 60s}
    profiles: [broken]
"""


@pytest.fixture
def small(tmp_path: Path) -> Any:
    (tmp_path / "compose.yaml").write_text(HELD)
    (tmp_path / "secrets").mkdir()
    stack = Stack(tmp_path, f"stack-test-{os.getpid()}", secrets_dir=tmp_path / "secrets")
    yield stack
    stack.down()


def test_free_ports_are_four_different_ones() -> None:
    assert len(set(Ports.free())) == 4


def test_a_port_that_is_taken_is_named_with_its_owner_before_anything_is_made(tmp_path: Path) -> None:
    with socket.create_server(("0.0.0.0", 0)) as taken:
        port = taken.getsockname()[1]
        stack = Stack(tmp_path, "never-made", Ports(http=port), secrets_dir=tmp_path)

        with pytest.raises(
            Failure, match=rf"Port {port} \(http\) is in use by \S+ \(process {os.getpid()}\)"
        ) as refused:
            stack.up(["nginx"])

    assert str(port) in refused.value.ko
    assert stack.containers() == []


def test_up_returns_when_all_is_healthy_and_down_leaves_nothing(small: Stack) -> None:
    small.up(["holder"])

    assert small.healthy()
    assert small.exec("holder", "/usr/bin/redis-cli", "-s", "/tmp/held.sock", "PING").strip() == "PONG"
    assert small.pid("holder") > 1
    small.down()
    assert small.containers() == []


def test_a_service_that_fails_is_named_with_its_last_words(small: Stack) -> None:
    small.profiles = ["broken"]

    with pytest.raises(Failure, match=r"leaver did not start(.|\n)*no-such-option") as failed:
        small.up(["leaver"], seconds=30)

    assert "leaver" in failed.value.ko
    assert f"docker compose -p {small.project} logs leaver" in failed.value.ko


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("Cannot connect to the Docker daemon at unix:///var/run/docker.sock.", "./nox -s engine"),
        ("write /var/lib/docker/tmp/x: no space left on device", "The disk is full"),
        ("Bind for 0.0.0.0:8443 failed: port is already allocated", "Port 8443 is in use"),
        ("listen tcp4 0.0.0.0:8080: bind: address already in use", "Port 8080 is in use"),
        ("invalid mount: bind source path does not exist: /srv/.secrets/ca.crt", "./nox -s secrets"),
        ("Error: No such image: course/nginx:1", "course/nginx:1 is not built yet"),
        ("something nobody has seen", "something nobody has seen"),
    ],
)
def test_what_docker_says_becomes_what_to_do(said: str, sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stacks, "_owner", lambda port: "")

    failure = stacks._explained(said, "docker compose up")

    assert sentence in failure.en
    assert failure.ko


def test_a_changed_secret_changes_the_label_that_recreates_containers(tmp_path: Path) -> None:
    (tmp_path / "ca.crt").write_text("one")
    stack = Stack(tmp_path, "never-made", secrets_dir=tmp_path)
    before = stack.environment["SECRETS_ID"]

    (tmp_path / "ca.crt").write_text("two")

    assert stack.environment["SECRETS_ID"] != before


def test_an_image_that_cannot_be_had_is_asked_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "BUILD", tmp_path)
    image = "localhost:1/no/such:image"

    assert not stacks._can_have(image)
    assert (tmp_path / "no-grafana").exists()
    monkeypatch.setattr(subprocess, "run", pytest.fail)
    monkeypatch.setattr(stacks, "_docker", lambda *words: "")
    assert not stacks._can_have(image)
