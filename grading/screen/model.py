"""What a rendered Compose model asks for that a submission may not have.

Keys are allowed by name, not forbidden by name: a key that a later Compose brings is refused until somebody looked at it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grading.text import Text

TOP = {"name", "services", "networks", "volumes", "secrets", "configs"}
SERVICE = {
    "annotations", "attach", "blkio_config", "build", "cap_drop", "command", "configs", "cpu_count",
    "cpu_percent", "cpu_shares", "cpus", "cpuset", "depends_on", "deploy", "develop", "domainname", "entrypoint", "environment",
    "expose", "extra_hosts", "healthcheck", "hostname", "image", "init", "labels", "logging", "mem_limit",
    "mem_reservation", "memswap_limit", "mem_swappiness", "networks", "oom_score_adj", "pids_limit", "platform", "ports",
    "profiles", "pull_policy", "read_only", "restart", "scale", "secrets", "security_opt", "shm_size", "stdin_open",
    "stop_grace_period", "stop_signal", "tmpfs", "tty", "ulimits", "user", "volumes", "working_dir", "dns_search",
}  # fmt: skip
BUILD = {
    "additional_contexts", "args", "cache_from", "context", "dockerfile", "dockerfile_inline", "labels", "network",
    "no_cache", "platforms", "pull", "secrets", "shm_size", "target", "ulimits",
}  # fmt: skip
# What `x-swarm` may say; limits are said once, where Compose reads them, too.
SWARM = {"binds", "deploy", "healthcheck"}
SWARM_DEPLOY = {
    "endpoint_mode", "labels", "mode", "placement", "replicas", "resources", "restart_policy", "rollback_config",
    "update_config",
}  # fmt: skip
LOG_DRIVERS = {"json-file", "local", "none"}
MOST_SERVICES = 40
MOST_REPLICAS = 5


@dataclass(frozen=True)
class Allowed:
    """What the grader itself gave to the model."""

    root: Path
    secrets: Path
    # Every port that may be published, as the grader chose them.
    ports: set[str]
    build_secrets: dict[str, Path] = field(default_factory=dict)


def model(rendered: dict[str, Any], allowed: Allowed) -> list[Text]:
    """The findings, each a sentence; empty if nothing reaches out."""
    return list(_model(rendered, allowed))


def _model(rendered: dict[str, Any], allowed: Allowed) -> Iterator[Text]:
    for key in rendered:
        if key not in TOP and not key.startswith("x-"):
            yield Text(f"top-level `{key}` is not allowed", f"최상위 `{key}`은(는) 허용되지 않습니다")
    services = rendered.get("services") or {}
    if len(services) > MOST_SERVICES:
        yield Text(f"{len(services)} services", f"서비스가 {len(services)}개")
    for name, service in services.items():
        yield from _service(name, service, allowed)
        yield from _build(name, service.get("build"), rendered, allowed)
    yield from _networks_and_volumes(rendered, allowed)
    yield from _files(rendered, allowed)


def _service(name: str, service: dict[str, Any], allowed: Allowed) -> Iterator[Text]:
    for key in service:
        if key not in SERVICE and not key.startswith("x-") and service[key] not in (None, [], {}, False, ""):
            yield Text(f"{name}: `{key}: {service[key]}` is not allowed", f"{name}: `{key}: {service[key]}` 사용 불가")
    yield from _swarm(name, service.get("x-swarm") or {}, service.get("healthcheck") or {})
    for option in service.get("security_opt") or []:
        if str(option).replace("=", ":") not in ("no-new-privileges", "no-new-privileges:true"):
            yield Text(f"{name}: security_opt {option}", f"{name}: security_opt {option} 사용 불가")
    for port in service.get("ports") or []:
        yield from _port(name, port, allowed)
    for volume in service.get("volumes") or []:
        yield from _volume(name, volume, allowed)
    for host in service.get("extra_hosts") or []:
        if "host-gateway" in str(host):
            yield Text(
                f"{name}: extra_hosts {host} reaches the host", f"{name}: extra_hosts {host}이(가) 호스트에 닿습니다"
            )
    driver = (service.get("logging") or {}).get("driver", "json-file")
    if driver not in LOG_DRIVERS:
        yield Text(f"{name}: logs go to {driver}", f"{name}: 로그가 {driver}(으)로 나갑니다")
    deploy = service.get("deploy") or {}
    replicas = max(int(deploy.get("replicas") or 1), int(service.get("scale") or 1))
    if replicas > MOST_REPLICAS:
        yield Text(f"{name}: {replicas} replicas", f"{name}: 복제본 {replicas}개")
    reservations = (deploy.get("resources") or {}).get("reservations") or {}
    if reservations.get("devices") or reservations.get("generic_resources"):
        yield Text(f"{name}: asks for devices", f"{name}: 장치를 요구합니다")
    if service.get("oom_score_adj") and int(service["oom_score_adj"]) < 0:
        yield Text(f"{name}: oom_score_adj below zero", f"{name}: oom_score_adj가 0보다 작습니다")


def _swarm(name: str, extra: Any, health: dict[str, Any]) -> Iterator[Text]:
    """Compose does not look into `x-swarm`, so that its shapes are not certain either."""
    deploy, binds = (extra.get("deploy") or {}, extra.get("binds") or {}) if isinstance(extra, dict) else (extra, {})
    if not isinstance(deploy, dict) or not isinstance(binds, dict):
        yield Text(f"{name}: x-swarm is not a mapping", f"{name}: x-swarm이 매핑이 아닙니다")
        return
    unknown = {key for key in extra if key not in SWARM} | {key for key in deploy if key not in SWARM_DEPLOY}
    for key in sorted(map(str, unknown)):
        yield Text(f"{name}: `{key}` in x-swarm is not allowed", f"{name}: x-swarm의 `{key}` 사용 불가")
    replicas = deploy.get("replicas") or 0
    if not isinstance(replicas, int) or replicas > MOST_REPLICAS:
        yield Text(f"{name}: {replicas} replicas", f"{name}: 복제본 {replicas}개")
    resources = deploy.get("resources") or {}
    if not _mapping_of(resources, {"reservations"}) or not _mapping_of(
        resources.get("reservations") or {}, {"cpus", "memory"}
    ):
        yield Text(
            f"{name}: x-swarm may reserve cpus and memory, and nothing else",
            f"{name}: x-swarm의 resources에는 cpus와 memory의 reservations만 쓸 수 있습니다",
        )
    other = extra.get("healthcheck") or {}
    if other and not (_mapping_of(other, {"test"}) and _asks_as_much(other.get("test"), health.get("test"))):
        # Healthy is what the grade of the Swarm waits for.
        yield Text(
            f"{name}: the health check in x-swarm may add a path to the one of Compose, or give another number of seconds at its end",
            f"{name}: x-swarm의 healthcheck에서는 Compose의 것에 경로 하나를 더하거나 끝의 초만 바꿀 수 있습니다",
        )
    for target, pattern in binds.items():
        if not isinstance(pattern, str) or pattern.startswith("/") or ".." in Path(pattern).parts:
            yield Text(
                f"{name}: the files {pattern} of {target} are elsewhere",
                f"{name}: {target}의 파일 {pattern}은(는) 밖에 있습니다",
            )


def _mapping_of(value: Any, keys: set[str]) -> bool:
    return isinstance(value, dict) and set(value) <= keys


def _asks_as_much(test: Any, compose: Any) -> bool:
    """The same words and one path more, or another number at the end: `python -c pass` is the same program, too."""
    if not (
        test and isinstance(test, list) and all(isinstance(one, str) for one in test) and isinstance(compose, list)
    ):
        return False
    first, last = test[:-1], test[-1]
    if first == compose:
        return bool(last.startswith("/"))
    return bool(first == compose[:-1] and last.isdigit() and str(compose[-1]).isdigit())


def _port(name: str, port: Any, allowed: Allowed) -> Iterator[Text]:
    published = str(port.get("published", "")) if isinstance(port, dict) else str(port)
    if published not in allowed.ports:
        shown = published or "any"
        yield Text(f"{name}: publishes port {shown}", f"{name}: 포트 {shown}을(를) 공개합니다")


def _volume(name: str, volume: Any, allowed: Allowed) -> Iterator[Text]:
    kind = volume.get("type") if isinstance(volume, dict) else "unknown"
    if kind in ("volume", "tmpfs"):
        return
    if kind != "bind":
        yield Text(f"{name}: mount of type {kind}", f"{name}: {kind} 유형의 마운트")
        return
    source = Path(str(volume.get("source", "/")))
    real = source.resolve()
    if "docker.sock" in str(source) or not _within(real, allowed):
        yield Text(f"{name}: mounts {source} of the host", f"{name}: 호스트의 {source}을(를) 마운트합니다")
    elif not volume.get("read_only"):
        yield Text(f"{name}: may write to {source}; add `:ro`", f"{name}: {source}에 쓸 수 있습니다. `:ro`를 붙이세요")


def _within(path: Path, allowed: Allowed) -> bool:
    # The repository of a submission may hold the instructor's own secrets; only this run's are given out.
    if path.is_relative_to(allowed.secrets):
        return path.name != "ca.key"
    hidden = (
        {".git", ".secrets"} & set(path.relative_to(allowed.root).parts) if path.is_relative_to(allowed.root) else {"/"}
    )
    return not hidden and path != allowed.root


def _build(name: str, build: Any, rendered: dict[str, Any], allowed: Allowed) -> Iterator[Text]:
    if not build:
        return
    for key in build:
        if key not in BUILD and build[key] not in (None, [], {}, False, ""):
            yield Text(f"{name}: build.{key} is not allowed", f"{name}: build.{key} 사용 불가")
    project = f"{rendered.get('name', '')}-"
    image = str(rendered["services"][name].get("image") or project)
    # A build that names its result like one of the platform's images would put itself in their place.
    if not image.startswith(project):
        yield Text(
            f"{name}: builds {image}; name it ${{COMPOSE_PROJECT_NAME}}-...",
            f"{name}: {image}을(를) 빌드합니다. 이름을 ${{COMPOSE_PROJECT_NAME}}-...로 바꾸세요",
        )
    if build.get("network") not in (None, "default", "none"):
        yield Text(
            f"{name}: builds on network {build['network']}", f"{name}: {build['network']} 네트워크에서 빌드합니다"
        )
    contexts = [build.get("context", "."), *(build.get("additional_contexts") or {}).values()]
    for context in contexts:
        remote = "://" in str(context) or str(context).startswith("git@")
        if remote or not Path(str(context)).resolve().is_relative_to(allowed.root):
            yield Text(
                f"{name}: build context {context} is outside", f"{name}: 빌드 컨텍스트 {context}이(가) 밖에 있습니다"
            )
    dockerfile = Path(str(build.get("context", ".")), str(build.get("dockerfile", "Dockerfile")))
    if not dockerfile.resolve().is_relative_to(allowed.root):
        yield Text(
            f"{name}: Dockerfile {dockerfile} is outside", f"{name}: Dockerfile {dockerfile}이(가) 밖에 있습니다"
        )
    for secret in build.get("secrets") or []:
        source = secret.get("source") if isinstance(secret, dict) else secret
        if source not in allowed.build_secrets:
            yield Text(f"{name}: build secret {source}", f"{name}: 빌드 시크릿 {source} 사용 불가")


def _networks_and_volumes(rendered: dict[str, Any], allowed: Allowed) -> Iterator[Text]:
    project = f"{rendered.get('name', '')}_"
    for kind in ("networks", "volumes"):
        for name, entry in (rendered.get(kind) or {}).items():
            entry = entry or {}
            # A fixed name would be shared with another run, and removed with this one.
            if entry.get("external") or not str(entry.get("name", project)).startswith(project):
                yield Text(
                    f"{kind}.{name} is not this project's own", f"{kind}.{name}은(는) 이 프로젝트의 것이 아닙니다"
                )
            if entry.get("driver") not in (None, "bridge", "local") or entry.get("driver_opts"):
                yield Text(f"{kind}.{name} has driver options", f"{kind}.{name}에 드라이버 설정이 있습니다")


def _files(rendered: dict[str, Any], allowed: Allowed) -> Iterator[Text]:
    built = {
        secret.get("source") if isinstance(secret, dict) else secret
        for service in (rendered.get("services") or {}).values()
        for secret in (service.get("build") or {}).get("secrets") or []
    }
    for kind in ("secrets", "configs"):
        for name, entry in (rendered.get(kind) or {}).items():
            entry = entry or {}
            given = allowed.build_secrets.get(name) if kind == "secrets" and name in built else None
            if given is not None and Path(str(entry.get("file", ""))) == given:
                continue
            if entry.get("external") or entry.get("environment"):
                yield Text(f"{kind}.{name} comes from elsewhere", f"{kind}.{name}을(를) 다른 곳에서 가져옵니다")
            elif "file" in entry and not _within(Path(entry["file"]).resolve(), allowed):
                yield Text(f"{kind}.{name} is {entry['file']}", f"{kind}.{name}이(가) {entry['file']}입니다")
