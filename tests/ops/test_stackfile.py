"""The stack file says everything that the Compose files say, or refuses."""

from pathlib import Path
from typing import Any

import pytest

from ops import paths, secrets
from ops.failure import Failure
from ops.swarm import stackfile

TEAMS = paths.teams()


@pytest.fixture(scope="module")
def secrets_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("secrets")
    secrets.ensure(directory, TEAMS)
    return directory


def one(**service: Any) -> dict[str, Any]:
    """A model of one service."""
    return {"services": {"web": {"image": "web", **service}}, "secrets": {}, "configs": {}}


def translated(**service: Any) -> dict[str, Any]:
    result: dict[str, Any] = stackfile.translate(one(**service)).content["services"]["web"]
    return result


@pytest.mark.parametrize("team", TEAMS)
def test_every_hardening_key_of_every_service_arrives(team: str, secrets_dir: Path):
    model = stackfile.model(team, secrets_dir=secrets_dir)

    made = stackfile.translate(model).content["services"]

    assert set(made) == set(model["services"])
    for name, service in model["services"].items():
        stack = made[name]
        assert stack["read_only"] is True
        assert stack["cap_drop"] == ["ALL"]
        limits = service["deploy"]["resources"]["limits"]
        assert stack["deploy"]["resources"]["limits"] == {
            key: limits[key] if key == "pids" else str(limits[key]) for key in limits
        }
        own = service.get("x-swarm", {}).get("healthcheck", {})
        assert stack["healthcheck"] == service["healthcheck"] | own
        assert stack.get("stop_grace_period") == service.get("stop_grace_period")
        assert (
            {secret["target"] for secret in stack["secrets"]}
            == {secret.get("target") or secret["source"] for secret in service["secrets"]}
            if service.get("secrets")
            else "secrets" not in stack
        )
        wanted = {volume["target"] for volume in service["volumes"] if volume["type"] == "tmpfs"}
        assert wanted <= {volume["target"] for volume in stack["volumes"] if volume["type"] == "tmpfs"}


@pytest.mark.parametrize("team", TEAMS)
def test_what_keeps_state_stays_on_its_node_and_never_runs_twice(team: str, secrets_dir: Path):
    made = stackfile.translate(stackfile.model(team, secrets_dir=secrets_dir)).content["services"]

    for name in ("postgres", "redis"):
        deploy = made[name]["deploy"]
        assert deploy["placement"]["constraints"] == ["node.labels.data == true"]
        assert deploy["update_config"]["order"] == "stop-first"
    assert made[f"{team}-api"]["deploy"]["update_config"]["order"] == "start-first"
    assert made[f"{team}-api"]["deploy"]["update_config"]["failure_action"] == "rollback"
    assert made[f"{team}-beat"]["deploy"]["update_config"]["order"] == "stop-first"
    assert made[f"{team}-migrate"]["deploy"]["mode"] == "replicated-job"


@pytest.mark.parametrize("team", TEAMS)
def test_what_serves_users_does_not_die_with_one_node(team: str, secrets_dir: Path):
    made = stackfile.translate(stackfile.model(team, secrets_dir=secrets_dir)).content["services"]

    assert made["nginx"]["deploy"]["mode"] == "global"
    assert made[f"{team}-api"]["deploy"]["replicas"] >= 2
    assert made[f"{team}-frontend"]["deploy"]["replicas"] >= 2


def test_secrets_and_configs_are_named_by_their_content(secrets_dir: Path):
    before = stackfile.translate(stackfile.model(TEAMS[0], secrets_dir=secrets_dir)).content["secrets"]
    (secrets_dir / "grafana_admin_password").write_text("untouched")
    file = secrets_dir / TEAMS[0] / "jwt_key"
    old = file.read_text()
    file.chmod(0o600)
    file.write_text("another")
    try:
        after = stackfile.translate(stackfile.model(TEAMS[0], secrets_dir=secrets_dir)).content["secrets"]
    finally:
        file.write_text(old)

    changed = {name for name in before if before[name]["name"] != after[name]["name"]}

    assert changed == {f"{TEAMS[0]}_jwt_key"}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("privileged", True),
        ("network_mode", "host"),
        ("mem_limit", "64m"),
        ("pids_limit", 5),
        ("devices", ["/dev/kvm"]),
    ],
)
def test_a_key_that_swarm_would_drop_silently_is_refused_by_name(key: str, value: Any):
    with pytest.raises(Failure, match=key):
        translated(**{key: value})


def test_another_security_option_is_refused():
    with pytest.raises(Failure, match="seccomp"):
        translated(security_opt=["seccomp=unconfined"])


def test_a_folder_of_this_machine_is_refused(tmp_path: Path):
    with pytest.raises(Failure, match="other nodes do not have"):
        translated(volumes=[{"type": "bind", "source": str(tmp_path), "target": "/data"}])


def test_named_files_of_a_folder_become_configs(tmp_path: Path):
    (tmp_path / "a.yml").write_text("a: 1")
    (tmp_path / "b.txt").write_text("b")

    made = stackfile.translate(
        one(
            volumes=[{"type": "bind", "source": str(tmp_path), "target": "/data"}],
            **{"x-swarm": {"binds": {"/data": "*.yml"}}},
        )
    )

    assert made.content["services"]["web"]["configs"] == [{"source": "data_a.yml", "target": "/data/a.yml"}]
    assert made.files == {"configs/data_a.yml": b"a: 1"}


def test_short_tmpfs_and_shared_memory_become_mounts_with_a_size():
    made = translated(tmpfs=["/tmp:size=16m,mode=1777"], shm_size="1024")

    assert made["volumes"] == [
        {"type": "tmpfs", "target": "/tmp", "tmpfs": {"size": 16 * 2**20}},
        {"type": "tmpfs", "target": "/dev/shm", "tmpfs": {"size": 1024}},
    ]


def test_a_port_of_one_address_is_not_published_and_said_so():
    made = stackfile.translate(one(ports=[{"target": 9090, "published": "9090", "host_ip": "127.0.0.1"}]))

    assert "ports" not in made.content["services"]["web"]
    assert "127.0.0.1:9090" in made.notes[0]


def test_the_mesh_is_used_only_where_it_is_asked_for():
    model = one(ports=[{"target": 8443, "published": "8443"}])

    plain = stackfile.translate(model).content["services"]["web"]
    mesh = stackfile.translate(model, mesh=True).content["services"]["web"]

    assert (plain["ports"][0]["mode"], plain["deploy"]["endpoint_mode"]) == ("host", "dnsrr")
    assert (mesh["ports"][0]["mode"], mesh["deploy"]["endpoint_mode"]) == ("ingress", "vip")


def test_a_compose_file_has_the_last_word():
    made = translated(**{"x-swarm": {"deploy": {"replicas": 3, "update_config": {"order": "stop-first"}}}})

    assert made["deploy"]["replicas"] == 3
    assert made["deploy"]["update_config"]["order"] == "stop-first"
    assert made["deploy"]["update_config"]["failure_action"] == "rollback"


@pytest.mark.parametrize(
    ("image", "named"),
    [
        ("blog-api", "r:5000/blog-api:latest"),
        ("course/nginx:1", "r:5000/course/nginx:1"),
        ("ghcr.io/them/it:2", "ghcr.io/them/it:2"),
        ("localhost/it", "localhost/it:latest"),
    ],
)
def test_images_come_from_the_registry_unless_they_have_one(image: str, named: str):
    made = stackfile.translate(one(image=image), registry="r:5000").content["services"]["web"]

    assert made["image"] == named


@pytest.mark.skipif(len(TEAMS) < 2, reason="a fork holds one team, and there is nothing to put together")
def test_several_teams_share_one_platform_and_no_ambiguous_name(secrets_dir: Path):
    models = [stackfile.model(team, secrets_dir=secrets_dir) for team in TEAMS]

    made = stackfile.translate(stackfile.together(models)).content["services"]

    assert {f"{team}-api" for team in TEAMS} <= set(made)
    assert list(made).count("postgres") == 1
    assert all("api" not in (made[f"{team}-api"]["networks"]["edge"].get("aliases") or []) for team in TEAMS)


def test_the_stack_file_is_for_nobody_else_to_read(tmp_path: Path, secrets_dir: Path):
    file = stackfile.translate(stackfile.model(TEAMS[0], secrets_dir=secrets_dir)).write(tmp_path / "out")

    modes = {path.stat().st_mode & 0o777 for path in file.parent.rglob("*") if path.is_file()}

    assert modes == {0o600}
