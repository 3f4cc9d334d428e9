"""The grader's own Swarm: shut off, removed with its run, and no student's fault where it cannot be."""

import json
import os

import pytest

from grading import compose, ownership
from grading.check import NotChecked
from grading.compose import CEILING_MEMORY, CEILING_PIDS, Place
from grading.fixtures import swarm
from grading.ownership import LABEL
from grading.submission import Submission
from ops import images, secrets
from ops.failure import Failure
from ops.swarm import lab
from ops.swarm.lab import Lab, docker
from ops.swarm.probe import Kernel

PLAIN = Kernel(ipvs=False, esp=False)
COMPOSE = """
services:
  nginx:
    image: course/nginx:1
    hostname: edge-${EDGE_HTTPS_PORT}
    ports: ["${EDGE_HTTPS_PORT}:8443"]
    secrets: [ca]
    networks: [edge]
  tiny-api:
    build: {context: ., secrets: []}
    read_only: true
    deploy: {resources: {limits: {memory: 64M}}}
    x-swarm: {deploy: {replicas: 3}}
    networks: [edge]
  extra:
    image: vendor/extra:1
    profiles: [extra]
networks: {edge: }
secrets: {ca: {file: "${SECRETS_DIR}/ca.crt"}}
"""


@pytest.fixture
def place(tmp_path):
    folder = tmp_path / "secrets"
    folder.mkdir()
    secrets.ensure(folder, ["tiny"])
    return Place(f"grade-tiny-{os.getpid()}", f"owner-{tmp_path.name}", folder, compose.free_ports())


@pytest.fixture
def submission(tmp_path):
    folder = tmp_path / "repo/teams/tiny"
    folder.mkdir(parents=True)
    (folder / "Dockerfile").write_text("FROM scratch")
    (folder / "compose.yaml").write_text(COMPOSE)
    return Submission(tmp_path / "repo", folder)


def test_the_stack_is_the_submissions_own_on_ports_of_a_node(submission, place):
    made = swarm.stack_file(submission, place, {"extra": "vendor/extra:1"}, PLAIN)

    services = made.content["services"]
    assert set(services) == {"nginx", "tiny-api"}
    assert services["tiny-api"]["image"] == f"registry:5000/{place.project}-tiny-api:latest"
    assert services["tiny-api"]["deploy"]["replicas"] == 3
    assert services["nginx"]["ports"] == [{"target": 8443, "published": 8443, "protocol": "tcp", "mode": "host"}]
    assert services["nginx"]["hostname"] == "edge-8443"
    assert made.files["secrets/ca"] == (place.secrets / "ca.crt").read_bytes()


def test_what_sets_no_limit_gets_the_graders(submission, place):
    services = swarm.stack_file(submission, place, {"extra"}, PLAIN).content["services"]

    limits = services["nginx"]["deploy"]["resources"]["limits"]
    assert limits == {"memory": str(CEILING_MEMORY), "pids": CEILING_PIDS}
    assert services["tiny-api"]["deploy"]["resources"]["limits"]["memory"] == str(64 * 2**20)


def test_a_model_that_is_another_on_a_nodes_ports_is_screened_again(submission, place):
    bind = 'volumes: [{type: bind, source: "/proc/${EDGE_HTTP_PORT}", target: /x, read_only: true}]'
    submission.compose_file.write_text(COMPOSE.replace("read_only: true", bind))

    with pytest.raises(NotChecked, match="mounts /proc/8080 of the host") as refused:
        swarm.stack_file(submission, place, {"extra"}, PLAIN)

    assert refused.value.because == "S2.1"


def test_what_swarm_does_not_know_is_named(submission, place):
    submission.compose_file.write_text(COMPOSE.replace("read_only: true", "mem_limit: 64m"))

    with pytest.raises(Failure, match="tiny-api: Swarm has no 'mem_limit'"):
        swarm.stack_file(submission, place, {"extra"}, PLAIN)


def test_where_there_can_be_no_swarm_nothing_is_failed_and_nothing_left(place, monkeypatch):
    monkeypatch.setattr(lab, "NODE_MB", 10**9)

    with pytest.raises(NotChecked, match=r"There can be no Swarm here: The lab needs \d+ MB of memory") as reason:
        swarm.start(place)

    assert "여기서는 Swarm을 만들 수 없음" in reason.value.reason.ko
    assert left(place) == []


def test_the_graders_swarm_is_shut_off_and_goes_with_its_run(place):
    made = Lab(f"{place.project}-lab", {LABEL: place.owner}, isolated=True)
    images.build(["lab"])
    try:
        made.up(1, 1)
        there = left(place)
        network = json.loads(docker("network", "inspect", f"{made.name}-net"))[0]

        ownership.remove(place.owner)

        assert len(there) == 4, "a node, its volume, the registry, the network"
        assert network["Options"]["com.docker.network.bridge.enable_ip_masquerade"] == "false"
        assert left(place) == []
    finally:
        made.down()


def left(place):
    """What carries the run's label."""
    kinds = (("ps", "--all"), ("volume", "ls"), ("network", "ls"))
    return [id for kind in kinds for id in docker(*kind, "--quiet", "--filter", f"label={LABEL}={place.owner}").split()]
