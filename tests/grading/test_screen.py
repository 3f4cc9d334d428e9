"""Nothing of a submission runs before the screen has looked at it; every known way out is found."""

import json
import os

import pytest

from grading import compose, screen
from grading.commands import CommandFailed
from grading.compose import CEILING_MEMORY, Place
from grading.ownership import LABEL
from grading.screen import Allowed
from grading.submission import Submission

SERVICE = "services: {web: {image: course/python:1, %s}}"

HOSTILE = {
    "privileged": SERVICE % "privileged: true",
    "host pid": SERVICE % "pid: host",
    "host ipc": SERVICE % "ipc: host",
    "host network": SERVICE % "network_mode: host",
    "another's network": SERVICE % "network_mode: 'container:other'",
    "host user namespace": SERVICE % "userns_mode: host",
    "host uts": SERVICE % "uts: host",
    "host cgroup": SERVICE % "cgroup: host",
    "cgroup parent": SERVICE % "cgroup_parent: /",
    "docker.sock": SERVICE % "volumes: ['/var/run/docker.sock:/var/run/docker.sock:ro']",
    "bind of the root": SERVICE % "volumes: ['/:/host:ro']",
    "bind of a parent": SERVICE % "volumes: ['../../..:/up:ro']",
    "bind of the repository": SERVICE % "volumes: ['../..:/all:ro']",
    "bind of the secrets": SERVICE % "volumes: ['../../.secrets:/secrets:ro']",
    "bind of git": SERVICE % "volumes: ['../../.git:/git:ro']",
    "writable bind": SERVICE % "volumes: ['.:/code']",
    "devices": SERVICE % "devices: ['/dev/kmsg']",
    "device rule": SERVICE % "device_cgroup_rules: ['a *:* rwm']",
    "capability": SERVICE % "cap_add: [SYS_ADMIN]",
    "another port": SERVICE % "ports: ['5432:5432']",
    "any port": SERVICE % "ports: ['5432']",
    "host port mode": SERVICE % "ports: [{target: 80, published: '80', mode: host}]",
    "unconfined": SERVICE % "security_opt: ['seccomp:unconfined']",
    "apparmor": SERVICE % "security_opt: ['apparmor=unconfined']",
    "systempaths": SERVICE % "security_opt: ['systempaths=unconfined']",
    "sysctl": SERVICE % "sysctls: {net.ipv4.ip_forward: 1}",
    "fixed container name": SERVICE % "container_name: nginx",
    "volumes of another": SERVICE % "volumes_from: ['container:other']",
    "host gateway": SERVICE % "extra_hosts: ['up:host-gateway']",
    "log driver": SERVICE % "logging: {driver: syslog, options: {syslog-address: 'tcp://192.0.2.1'}}",
    "many replicas": SERVICE % "deploy: {replicas: 500}",
    "gpu": SERVICE % "deploy: {resources: {reservations: {devices: [{capabilities: [gpu]}]}}}",
    "runtime": SERVICE % "runtime: other",
    "group of docker": SERVICE % "group_add: [docker]",
    "oom score": SERVICE % "oom_score_adj: -1000",
    "external network": "services: {web: {image: a, networks: [n]}}\nnetworks: {n: {external: true, name: bridge}}",
    "named network": "services: {web: {image: a, networks: [n]}}\nnetworks: {n: {name: other_default}}",
    "host driver": "services: {web: {image: a, networks: [n]}}\nnetworks: {n: {driver: host}}",
    "macvlan": "services: {web: {image: a, networks: [n]}}\nnetworks: {n: {driver: macvlan, driver_opts: {parent: eth0}}}",
    "external volume": "services: {web: {image: a, volumes: ['vol:/v']}}\nvolumes: {vol: {external: true}}",
    "bind by driver": "services: {web: {image: a, volumes: ['vol:/v']}}\n"
    "volumes: {vol: {driver: local, driver_opts: {type: none, o: bind, device: /}}}",
    "secret from outside": "services: {web: {image: a, secrets: [s]}}\nsecrets: {s: {file: /etc/shadow}}",
    "secret from the environment": "services: {web: {image: a, secrets: [s]}}\nsecrets: {s: {environment: HOME}}",
    "config from outside": "services: {web: {image: a, configs: [c]}}\nconfigs: {c: {file: ../../../outside}}",
    "the CA's key": "services: {web: {image: a, secrets: [s]}}\nsecrets: {s: {file: '${SECRETS_DIR}/ca.key'}}",
    "build from outside": "services: {web: {build: ../../..}}",
    "build from a URL": "services: {web: {build: 'https://example.com/repo.git'}}",
    "Dockerfile from outside": "services: {web: {build: {context: ., dockerfile: ../../../Dockerfile}}}",
    "build on the host's network": "services: {web: {build: {context: ., network: host}}}",
    "privileged build": "services: {web: {build: {context: ., privileged: true}}}",
    "build ssh": "services: {web: {build: {context: ., ssh: [default]}}}",
    "build entitlement": "services: {web: {build: {context: ., entitlements: [security.insecure]}}}",
    "build secret": "services: {web: {build: {context: ., secrets: [s]}}}\nsecrets: {s: {file: ./team.yaml}}",
    "build context outside": "services: {web: {build: {context: ., additional_contexts: {up: ../../..}}}}",
    "an image in the platform's place": "services: {web: {image: 'course/python:1', build: .}}",
    "another tag": "services: {web: {build: {context: ., tags: ['course/python:1']}}}",
    "include from outside": "include: [../../../outside.yaml]",
    "include from a variable": "include: ['${HOME}/compose.yaml']",
    "include of a URL": "include: ['https://example.com/compose.yaml']",
    "extends from outside": "services: {web: {extends: {file: ../../../outside.yaml, service: web}}}",
    "env_file from outside": SERVICE % "env_file: [/etc/environment]",
    "env_file by a link": SERVICE % "env_file: [link.env]",
    "many replicas on a Swarm": SERVICE % "x-swarm: {deploy: {replicas: 500}}",
    "no number of replicas": SERVICE % "x-swarm: {deploy: {replicas: many}}",
    "higher limits on a Swarm": SERVICE % "x-swarm: {deploy: {resources: {limits: {memory: 100G}}}}",
    "gpu on a Swarm": SERVICE % "x-swarm: {deploy: {resources: {reservations: {generic_resources: []}}}}",
    "files from above a bind": SERVICE % "x-swarm: {binds: {/code: '../../.secrets/*'}}",
    "files from anywhere": SERVICE % "x-swarm: {binds: {/code: /etc/*}}",
    "a key of Swarm that nobody looked at": SERVICE % "x-swarm: {privileged: true}",
    "a key of deploy that nobody looked at": SERVICE % "x-swarm: {deploy: {other: 1}}",
    "a health check on a Swarm that asks nobody": SERVICE % "x-swarm: {healthcheck: {test: [CMD, 'true']}}",
    "a health check on a Swarm that does something else": SERVICE
    % "healthcheck: {test: [CMD, python, -c, check]}, x-swarm: {healthcheck: {test: [CMD, python, -c, pass]}}",
    "a health check on a Swarm that says its version": SERVICE
    % "healthcheck: {test: [CMD, curl, -f, url]}, x-swarm: {healthcheck: {test: [CMD, curl, -f, url, --version]}}",
    "a health check on a Swarm and none in Compose": SERVICE % "x-swarm: {healthcheck: {test: [CMD, /probe, /]}}",
    "no health check on a Swarm": SERVICE % "x-swarm: {healthcheck: {disable: true}}",
    "a health check of another shape": SERVICE % "x-swarm: {healthcheck: {test: probe}}",
    "x-swarm of another shape": SERVICE % "x-swarm: [deploy]",
    "deploy of another shape": SERVICE % "x-swarm: {deploy: [replicas]}",
    "resources of another shape": SERVICE % "x-swarm: {deploy: {resources: {reservations: [devices]}}}",
    "not YAML": "services: [",
    "not Compose": "services: {web: {imagee: a}}",
}


@pytest.fixture
def place(tmp_path):
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "ca.key").write_text("key")
    (secrets / "ca.crt").write_text("certificate")
    ports = {name: 20000 + number for number, name in enumerate(compose.PORT_VARIABLES)}
    return Place("grade-tiny-1a2b3c", "owner", secrets, ports)


@pytest.fixture
def submission(tmp_path):
    root = tmp_path / "repo"
    folder = root / "teams/tiny"
    folder.mkdir(parents=True)
    (tmp_path / "outside.yaml").write_text("services: {web: {image: a}}")
    (tmp_path / "outside").write_text("instructor's")
    for name in (".git", ".secrets"):
        (root / name).mkdir()
    (folder / "team.yaml").write_text("team: tiny")
    (folder / "Dockerfile").write_text("FROM scratch")
    return Submission(root, folder)


def found(submission, place) -> list[str]:
    findings = screen.files(submission.compose_file, submission.root)
    if findings:
        return findings
    try:
        model = compose.render(submission, place)
    except CommandFailed as problem:
        return [problem.output]
    allowed = Allowed(submission.root, place.secrets, {str(port) for port in place.ports.values()}, place.build_secrets)
    return screen.model(model, allowed)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_way_out_is_found(name, submission, place):
    submission.compose_file.write_text(HOSTILE[name])
    if "link" in name:
        (submission.folder / "link.env").symlink_to("/etc/environment")

    assert found(submission, place)


def test_an_ordinary_model_passes(submission, place):
    submission.compose_file.write_text(
        """
services:
  web:
    image: ${COMPOSE_PROJECT_NAME}-web
    build: {context: ., secrets: []}
    ports: ["${EDGE_HTTPS_PORT}:8443"]
    volumes: ["data:/data", ".:/code:ro", {type: tmpfs, target: /tmp}]
    secrets: [ca]
    networks: [edge]
    security_opt: ["no-new-privileges:true"]
    deploy: {resources: {limits: {memory: 64M}}}
    healthcheck: {test: [CMD, /probe, http, "80", /ready]}
    x-swarm:
      deploy: {replicas: 3, resources: {reservations: {memory: 32M}}}
      binds: {/code: "*.yml"}
      healthcheck: {test: [CMD, /probe, http, "80", /ready, /live]}
networks: {edge: }
volumes: {data: }
secrets: {ca: {file: "${SECRETS_DIR}/ca.crt"}}
"""
    )

    assert found(submission, place) == []


def test_a_link_out_of_the_repository_is_found(submission):
    submission.compose_file.write_text(SERVICE % "init: true")
    (submission.root / "platform").symlink_to("/etc")

    findings = screen.files(submission.compose_file, submission.root)

    assert "platform is a link out of the repository" in findings[0]


def test_a_submission_sees_nothing_of_the_instructors_environment(submission, place, monkeypatch):
    monkeypatch.setenv("CLOUD_TOKEN", "do-not-leak")
    (submission.folder / ".env").write_text("FROM_FILE=their-own")
    submission.compose_file.write_text(SERVICE % "environment: {A: '${CLOUD_TOKEN:-}', B: '${FROM_FILE:-}', C: }")

    model = compose.render(submission, place)

    assert "do-not-leak" not in json.dumps(model)


def test_what_runs_carries_the_owner_and_cannot_reach_out(submission, place):
    submission.compose_file.write_text(SERVICE % "ports: ['${EDGE_HTTPS_PORT}:8443']")

    model = compose.to_run(compose.render(submission, place), place)

    web, network = model["services"]["web"], model["networks"]["default"]
    assert web["labels"][LABEL] == network["labels"][LABEL] == "owner"
    assert web["ports"][0]["host_ip"] == "127.0.0.1"
    assert web["deploy"]["resources"]["limits"]["memory"] == str(CEILING_MEMORY)
    assert network["driver_opts"]["com.docker.network.bridge.enable_ip_masquerade"] == "false"


def test_two_graders_find_different_ports():
    ports = compose.free_ports()

    assert len(set(ports.values())) == len(compose.PORT_VARIABLES)
    assert os.environ.get("EDGE_HTTPS_PORT") is None
