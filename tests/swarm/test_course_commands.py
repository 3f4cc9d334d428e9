"""The page of the course's own commands does not lie: its blocks are run on a real lab, and what it says one sees is there."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from ops import images
from ops.paths import ROOT
from ops.swarm import registry
from ops.swarm.lab import Lab, docker, eventually, temporary
from ops.swarm.probe import Kernel, probe

PAGE = ROOT / "docs" / "swarm" / "course-commands.md"
BLOCK = re.compile(r"^```sh (any|mesh|host) ([\w-]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECONDS = 90
FULL = "no suitable node (host-mode port already in use on 3 nodes)"


@dataclass(frozen=True)
class Course:
    """A student's shell on the first node, and the page's commands for this kernel."""

    lab: Lab
    kernel: Kernel
    blocks: dict[str, str]

    def type(self, name: str) -> str:
        """What the commands of a block print, typed as they stand in the page."""
        return self.shell(self.blocks[name])

    def shell(self, command: str, *options: str) -> str:
        return docker("exec", *options, self.lab.node("n1").container, "bash", "-ec", command)

    def states(self, *options: str) -> list[str]:
        """`NAME STATE ERROR` of each task that is meant to run, as `docker service ps` prints them."""
        form = "{{.Name}} {{.CurrentState}} {{.Error}}"
        listed = self.shell(f"docker service ps --no-trunc -f desired-state=running --format '{form}' web")
        return listed.splitlines()

    def running(self, count: int) -> bool:
        """Wait until that many tasks run."""
        return bool(eventually(lambda: sum(" Running " in one for one in self.states()) == count, SECONDS))

    def remove(self) -> None:
        if self.shell("docker service ls -q -f name=web"):
            self.type("remove")
        # The ports are free when the containers are gone.
        left = "docker ps -q -f label=com.docker.swarm.service.name=web"
        eventually(lambda: not any(self.lab.docker(*left.split()[1:], node=f"n{one}") for one in (1, 2, 3)), SECONDS)


def blocks(kind: str) -> dict[str, str]:
    """The page's commands by name: those for any kernel, and those for one of this kind."""
    found = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    return {name: commands for kernel, name, commands in found if kernel in ("any", kind)}


@pytest.fixture(scope="module")
def course() -> Iterator[Course]:
    images.build(["lab"])
    with temporary(f"course-{os.getpid()}") as lab:
        registry.push(lab.registry_port(), ["course/web:1"])
        kernel = probe(lab)
        yield Course(lab, kernel, blocks("mesh" if kernel.mesh else "host"))


@pytest.fixture
def plain(course: Course) -> Iterator[Course]:
    """The service, made as the course prints it."""
    try:
        course.type("course")
        assert course.running(3)
        yield course
    finally:
        course.remove()


@pytest.fixture
def web(plain: Course) -> Course:
    """The service, made by the form that works on this kernel."""
    if not plain.kernel.mesh:
        plain.type("create")
        assert plain.running(3)
    return plain


def test_the_plain_form_answers_exactly_where_the_kernel_has_ipvs(plain):
    answered = [bool(plain.shell(f"curl -s -m 3 n{one}:8080 || true")) for one in (1, 2, 3)]

    assert answered == [plain.kernel.ipvs] * 3


def test_ten_curls_reach_every_replica(web):
    names = web.type("curls").split()

    assert len(names) == 10
    assert len(set(names)) == 3


def test_watch_shows_the_tasks(web):
    seen = web.shell(f"timeout --preserve-status 3 {web.blocks['watch']}", "--tty", "--env", "TERM=xterm")

    assert {"web.1", "web.2", "web.3"} <= set(re.findall(r"web\.\d", seen))


def test_what_is_killed_by_the_label_is_replaced(web):
    dead = web.type("kill").split()

    assert len(dead) == 1
    assert eventually(lambda: "non-zero exit (137)" in web.shell("docker service ps --no-trunc web"), SECONDS)
    assert web.running(3)
    assert dead[0] not in web.shell("docker ps -q")


def test_five_replicas_run_and_answer(web):
    if not web.kernel.mesh:
        web.type("full")
        waiting = eventually(lambda: [one for one in web.states() if " Pending " in one and FULL in one][1:], SECONDS)
        assert waiting, web.states()

    web.type("scale")

    assert web.running(5)
    names = set(web.type("curls" if web.kernel.mesh else "curls-of-five").split())
    assert len(names) == 5


def test_both_languages_have_the_same_commands():
    korean = PAGE.with_name("course-commands.ko.md").read_text(encoding="utf-8")

    assert BLOCK.findall(korean) == BLOCK.findall(PAGE.read_text(encoding="utf-8"))
