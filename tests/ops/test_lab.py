"""The lab says clearly what cannot be, leaves nothing behind, and never speaks to this machine's own Swarm."""

import contextlib
import io
import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from ops import images, paths, secrets
from ops.failure import Failure
from ops.swarm import deploy, lab, registry, stackfile
from ops.swarm.__main__ import main
from ops.swarm.deploy import Deployed
from ops.swarm.lab import LABEL, LISTED, NODE_IMAGE, Lab, NoManager, docker

TEAM = paths.teams()[0]
NAME = f"lab-test-{os.getpid()}"


@pytest.fixture(scope="module", autouse=True)
def said_to_docker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], list[str]]]:
    """Every `docker` command of this module, a line each, written down by a program that stands before it."""
    folder = tmp_path_factory.mktemp("bin")
    log, real = folder / "log", shutil.which("docker")
    shim = folder / "docker"
    # Each line is written at once: several of them run beside each other.
    shim.write_text(f'#!/bin/sh\nline=$(echo "$*" | tr "\\n" " ")\necho "$line" >>{log}\nexec {real} "$@"\n')
    shim.chmod(0o755)
    before = os.environ["PATH"]
    os.environ["PATH"] = f"{folder}{os.pathsep}{before}"
    images.build(["lab"])
    yield lambda: log.read_text().splitlines()
    os.environ["PATH"] = before


def left(name: str) -> list[str]:
    """What carries the lab's label."""
    found = [docker(*words, "--quiet", "--filter", f"label={LABEL}={name}").split() for words in LISTED.values()]
    return [one for ids in found for one in ids]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["up", "nobody"], rf"There is no team nobody; there are: .*{TEAM}"),
        (["stack", "nobody"], "There is no team nobody"),
        (["up", "--nodes", "0"], "--nodes 0 --managers 1 cannot be: 1 to 9 nodes"),
        (["up", "--nodes", "10"], "--nodes 10 --managers 3 cannot be"),
        (["up", "--nodes", "2", "--managers", "3"], "--nodes 2 --managers 3 cannot be"),
        (["up", "--managers", "0"], "--nodes 3 --managers 0 cannot be"),
        (["exercise", "no-such-thing"], "There is no exercise no-such-thing; there are: deploy, scale, "),
        (["exercise", "scale"], "No lab is up. Start one with: ./nox -s swarm -- up"),
        (["status"], "No lab is up"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_is_refused_with_a_sentence(arguments: list[str], sentence: str):
    with pytest.raises(Failure, match=sentence) as refused:
        main(["--name", NAME, *arguments])

    assert refused.value.ko != refused.value.en
    assert left(NAME) == []


@pytest.mark.parametrize("name", ["../lab", "", "Lab", "a b", "-lab", "x" * 41])
def test_a_name_that_docker_or_the_shell_would_misread_is_refused(name: str):
    with pytest.raises(Failure, match="cannot be a lab's name"):
        main([f"--name={name}", "up"])


@pytest.mark.parametrize(
    ("need", "sentence"),
    [
        ("NODE_MB", r"needs \d+ MB of memory, and \d+ MB are free. Take fewer --nodes"),
        ("NODE_DISK_MB", r"needs \d+ MB of disk below \S+, and \d+ MB are free"),
    ],
)
def test_too_little_memory_or_disk_is_told_before_anything_is_made(
    need: str, sentence: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(lab, need, 10**9)

    with pytest.raises(Failure, match=sentence):
        Lab(NAME).up(1, 1)

    assert left(NAME) == []


@pytest.mark.parametrize(
    ("kind", "make", "remove", "name"),
    [
        ("container", ["create", "--name", f"{NAME}-n1", NODE_IMAGE], ["rm"], f"{NAME}-n1"),
        ("volume", ["volume", "create", f"{NAME}-n1"], ["volume", "rm"], f"{NAME}-n1"),
        ("network", ["network", "create", f"{NAME}-net"], ["network", "rm"], f"{NAME}-net"),
    ],
)
def test_a_name_that_is_somebody_elses_is_refused_and_theirs_stays(
    kind: str, make: list[str], remove: list[str], name: str
):
    docker(*make)
    try:
        with pytest.raises(Failure, match=f"The name {name} belongs to another {kind}"):
            Lab(NAME).up(1, 1)
        Lab(NAME).down()

        assert json.loads(docker(kind, "inspect", name))
    finally:
        docker(*remove, name)


def test_a_node_that_does_not_start_says_why_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lab, "STORAGE", "no-such-driver")

    with pytest.raises(Failure, match=r"Node n1 did not start(.|\n)*no-such-driver"):
        Lab(NAME).up(1, 1)

    assert left(NAME) == []


def test_an_image_that_is_not_built_is_named():
    with pytest.raises(Failure, match="The image course/no-such-image:1 is not built yet"):
        registry.push(1, ["course/no-such-image:1"])


@pytest.fixture
def starting() -> Iterator[subprocess.Popen[str]]:
    """`up` in the middle of it: a node's container is there, and no Swarm yet."""
    command = [sys.executable, "-m", "ops.swarm", "--name", NAME, "up", "--nodes", "3"]
    process = subprocess.Popen(
        command, cwd=paths.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
        # A shell ignores Ctrl-C for what it runs in the background, and a program inherits that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    while not docker("ps", "--quiet", "--filter", f"label={LABEL}={NAME}", "--filter", f"label={LABEL}.node"):
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.05)
    yield process
    process.kill()
    process.communicate()
    Lab(NAME).down()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_in_the_middle_of_up_leaves_nothing(number: signal.Signals, starting: subprocess.Popen[str]):
    os.killpg(starting.pid, number)

    said, _ = starting.communicate(timeout=120)

    assert starting.returncode == 2, said
    assert "Stopped." in said
    assert "Traceback" not in said
    assert left(NAME) == []


def test_down_removes_what_a_killed_up_left(starting: subprocess.Popen[str]):
    os.killpg(starting.pid, signal.SIGKILL)
    starting.communicate(timeout=30)
    there = left(NAME)

    main(["--name", NAME, "down"])

    assert there
    assert left(NAME) == []


@pytest.fixture(scope="module")
def alone() -> Iterator[Lab]:
    """A Swarm of one node, with the team's images on it: an ordinary machine after `docker swarm init`."""
    made = Lab(f"{NAME}-alone")
    made.up(1, 1)
    yield made
    made.down()


@pytest.fixture(scope="module")
def stack(alone: Lab) -> Deployed:
    """What `./nox -s swarm -- stack TEAM` wrote, deployed by the command that it printed."""
    main(["stack", TEAM])
    file = paths.BUILD / "swarm" / TEAM / "stack.yml"
    names = sorted({one["image"] for one in stackfile.yaml.safe_load(file.read_text())["services"].values()})
    node = alone.nodes()[0].container
    with subprocess.Popen(["docker", "image", "save", *names], stdout=subprocess.PIPE) as saved:
        subprocess.run(["docker", "exec", "-i", node, "docker", "load", "--quiet"], stdin=saved.stdout, check=True)
    assert saved.returncode == 0
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.add(file.parent, arcname=".")
    docker("exec", "-i", node, "sh", "-c", "mkdir -p /run/it && tar -x -C /run/it", input=packed.getvalue())
    words = ("stack", "deploy", "--resolve-image", "never", "--compose-file", "/run/it/stack.yml", TEAM)
    alone.docker(*words, seconds=120)
    deployed = Deployed(alone, TEAM, [TEAM])
    deploy.wait(deployed)
    return deployed


def test_the_written_stack_runs_on_an_ordinary_swarm_of_one_node(stack: Deployed):
    node = stack.lab.nodes()[0]
    secrets.ensure(paths.SECRETS, paths.teams())

    tls = ssl.create_default_context(cafile=str(paths.SECRETS / "ca.crt"))
    reply = httpx.get(f"https://localhost:{node.port}/api/health", verify=tls, trust_env=False)

    assert reply.status_code == 200
    assert deploy.unwell(stack.lab.snapshot(), TEAM) == {}


def test_a_running_service_is_as_hardened_as_its_compose_file_says(stack: Deployed):
    model = stackfile.model(TEAM)["services"]

    specs = {deploy.short(one): one["Spec"]["TaskTemplate"] for one in stack.lab.snapshot().services}

    assert set(specs) == set(model)
    for name, service in model.items():
        container, limits = specs[name]["ContainerSpec"], specs[name]["Resources"]["Limits"]
        asked = service["deploy"]["resources"]["limits"]
        assert container["ReadOnly"] is True, name
        assert container["CapabilityDrop"] == ["ALL"], name
        assert container.get("Init") == service.get("init"), name
        assert container.get("User", "") == str(service.get("user", "")), name
        assert limits["MemoryBytes"] == int(asked["memory"]), name
        assert limits["NanoCPUs"] == round(float(asked["cpus"]) * 1e9), name
        assert limits["Pids"] == asked["pids"], name
        if "stop_grace_period" in service:
            assert container["StopGracePeriod"] == seconds(service["stop_grace_period"]) * 1e9, name
        own = service.get("x-swarm", {}).get("healthcheck", {})
        if test := (service["healthcheck"] | own).get("test"):
            assert container["Healthcheck"]["Test"] == test, name
        mounts = {one["Target"]: one.get("TmpfsOptions", {}) for one in container["Mounts"] if one["Type"] == "tmpfs"}
        for volume in (one for one in service["volumes"] if one["type"] == "tmpfs"):
            assert mounts[volume["target"]]["SizeBytes"] == int(volume["tmpfs"]["size"]), name


def seconds(duration: str) -> float:
    """Of Compose's `30s` or `1m0s`."""
    minutes, _, rest = duration.rpartition("m")
    return int(minutes or 0) * 60 + float(rest.rstrip("s") or 0)


def test_the_kernel_agrees(stack: Deployed):
    """Of every task's first process: no root, no capability, no way to gain any; and its container's file system is read-only."""
    node = stack.lab.nodes()[0].container
    ids = docker("exec", node, "docker", "ps", "--quiet").split()
    found: list[dict[str, Any]] = json.loads(docker("exec", node, "docker", "inspect", *ids))

    assert len(found) >= len(stackfile.model(TEAM)["services"]) - 1
    for one in found:
        status = dict(
            line.split(":\t", 1)
            for line in docker("exec", node, "cat", f"/proc/{one['State']['Pid']}/status").splitlines()
            if ":\t" in line
        )
        assert status["Uid"].split()[1] != "0", one["Name"]
        assert int(status["CapEff"], 16) == 0, one["Name"]
        assert status["NoNewPrivs"] == "1", one["Name"]
        assert one["HostConfig"]["ReadonlyRootfs"] is True, one["Name"]
        assert one["HostConfig"]["Memory"] > 0, one["Name"]
        assert one["HostConfig"]["PidsLimit"] > 0, one["Name"]


def test_an_image_that_no_node_can_have_is_named(alone: Lab):
    """Its own stack, so that it takes nothing from the others."""
    service = {"image": "registry:5000/no-such-image:1", "deploy": {"restart_policy": {"delay": "1s"}}}
    made = stackfile.StackFile({"services": {"lacking": service}})
    deploy.send(alone, made, "lacking")
    try:
        with pytest.raises(Failure, match="The image registry:5000/no-such-image:1 is neither on the nodes nor in"):
            deploy.wait(Deployed(alone, "lacking", []), seconds=60)
    finally:
        alone.docker("stack", "rm", "lacking")


def test_the_managers_are_asked_again_after_their_node_was_restarted(alone: Lab):
    before = alone.snapshot()

    docker("restart", "--time", "0", alone.nodes()[0].container)

    def again() -> Any:
        with contextlib.suppress(NoManager):
            return alone.snapshot()

    found = lab.eventually(again, 60)
    assert [one["ID"] for one in found.nodes] == [one["ID"] for one in before.nodes]


def test_what_met_a_change_from_elsewhere_is_asked_again(alone: Lab):
    """Swarm refuses what was decided upon an older version of a node, and a node's own news make a new version."""
    [name] = [node.name for node in alone.nodes()]
    labels = [f"label{number}" for number in range(40)]
    with ThreadPoolExecutor(10) as threads:
        for done in [threads.submit(alone.docker, "node", "update", "--label-add", one, name) for one in labels]:
            done.result()

    assert set(labels) <= set(alone.snapshot().nodes[0]["Spec"]["Labels"])


def test_a_lab_that_is_up_is_not_made_anew_with_another_number_of_nodes(alone: Lab):
    with pytest.raises(Failure, match="The lab is up already, with --nodes 1 and not 2"):
        main(["--name", alone.name, "up", "--nodes", "2"])


def test_where_this_machine_is_in_a_swarm_it_is_said_and_left_alone(
    alone: Lab, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    shim = tmp_path / "docker"
    shim.write_text(
        f'#!/bin/sh\ncase "$*" in *LocalNodeState*) echo active;; *) exec {shutil.which("docker")} "$@";; esac\n'
    )
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    main(["--name", alone.name, "up", "--nodes", "1"])

    said = capsys.readouterr().out
    assert "This machine is a node of a Swarm of its own." in said
    assert "건드리지 않습니다" in said


def test_nothing_was_ever_said_to_this_machines_own_swarm(alone: Lab, said_to_docker: Callable[[], list[str]]):
    """What is for a Swarm goes into a node, by `exec`. Stands last, after everything that this module did."""
    said = [line.split() for line in said_to_docker()]
    into = {next(word for word in line[1:] if not word.startswith("-")) for line in said if line[0] == "exec"}
    node = alone.nodes()[0].container

    assert ["exec", node, "docker", "swarm", "init"] in [line[:5] for line in said]
    assert not [line for line in said if line[0] in ("swarm", "node", "service", "stack", "config", "secret")]
    assert all(name.startswith(NAME) for name in into)
