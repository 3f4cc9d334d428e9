"""Compose model -> stack file: one source of truth, and nothing that a Compose file promises is lost on the way silently."""

import hashlib
import os
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from ops import images, paths
from ops.failure import Failure
from ops.stack import Ports, Stack

POLICY = paths.PLATFORM / "swarm" / "policy.yaml"
# `docker stack deploy` understands these as they are.
KEPT = {
    "image", "command", "entrypoint", "environment", "user", "working_dir", "hostname", "init", "read_only", "cap_drop",
    "cap_add", "stop_grace_period", "stop_signal", "labels", "logging", "extra_hosts", "dns", "ulimits", "sysctls", "tty",
}  # fmt: skip
# These become something else, see the functions below.
TRANSLATED = {
    "networks", "ports", "volumes", "tmpfs", "shm_size", "secrets", "configs", "healthcheck", "deploy", "restart", "x-swarm",
}  # fmt: skip
# These have no meaning there; the reason is told to whoever asks for the file.
DROPPED = {
    "build": "images are built before, and come from a registry",
    "depends_on": "Swarm starts all at once: what needs another waits for it or is started again",
    "security_opt": "no-new-privileges is the engine's to say (dockerd --no-new-privileges); images hold no setuid file",
    "profiles": "only services of the chosen profiles are here",
    "pull_policy": "a node pulls what it lacks",
    "container_name": "a service has many containers",
    "platform": "the image says it",
    "develop": "for development only",
    "expose": "documentation only",
}
# Swarm takes no larger config or secret.
LARGEST = 500_000


@dataclass
class StackFile:
    """A stack file (`content`), the files that it names (`files`, by their path beside it), and what had to be left out."""

    content: dict[str, Any]
    files: dict[str, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def write(self, folder: Path) -> Path:
        """Write all of it into `folder`, for nobody else to read; returns the path of the stack file."""
        for name, data in {**self.files, "stack.yml": self.text().encode()}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(data)
        return folder / "stack.yml"

    def text(self) -> str:
        return yaml.safe_dump(self.content, sort_keys=False, allow_unicode=True, width=120)


def model(
    team: str, profiles: Iterable[str] = (), team_dir: Path | None = None, secrets_dir: Path = paths.SECRETS
) -> dict[str, Any]:
    """The team's Compose model as `docker compose config` renders it, with the usual ports."""
    stack = Stack(team_dir or paths.TEAMS / team, project=team, ports=Ports(), secrets_dir=secrets_dir)
    stack.profiles = list(profiles)
    # Secrets are named by their content here: only the services that use a changed one are renewed.
    environment = os.environ | stack.environment | {"SECRETS_ID": ""}
    # As YAML: in its JSON Compose leaves `x-` keys out.
    done = subprocess.run(stack.command("config"), env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failure(
            f"The Compose files of {team} cannot be read:\n{images.tail(done.stderr, 5)}",
            f"{team}의 Compose 파일을 읽을 수 없습니다. 위 메시지를 확인하세요.",
        )
    rendered: dict[str, Any] = yaml.safe_load(done.stdout)
    return rendered


def together(models: list[dict[str, Any]]) -> dict[str, Any]:
    """Several teams' models as one: one platform under all of them. Names that would mean two things are left out."""
    first, *others = models
    if not others:
        return first
    merged: dict[str, Any] = {"services": {}}
    for kind in ("services", "networks", "volumes", "configs", "secrets"):
        merged[kind] = {name: value for one in models for name, value in one.get(kind, {}).items()}
    owned = [set(one["services"]) for one in models]
    shared = set.intersection(*owned)
    given: dict[str, set[str]] = {}
    for name in set(merged["services"]) - shared:
        for network in merged["services"][name].get("networks", {}).values():
            for alias in (network or {}).get("aliases") or []:
                given.setdefault(alias, set()).add(name)
    for service in merged["services"].values():
        for network in service.get("networks", {}).values():
            if network and network.get("aliases"):
                network["aliases"] = [one for one in network["aliases"] if len(given.get(one, ())) < 2]
    return merged


def translate(model: dict[str, Any], *, registry: str = "", mesh: bool = False, encrypted: bool = False) -> StackFile:
    """The stack file of a Compose model.

    `registry` goes before every image's name. With `mesh` the edge is published on all nodes by Swarm itself, else
    on each by its own container; with `encrypted` traffic between nodes is encrypted once more by the kernel.
    Raises Failure that names the key, where a service has one that Swarm would drop and nobody has judged.
    """
    policy = yaml.safe_load(POLICY.read_text(encoding="utf-8"))
    result = StackFile({"services": {}, "networks": {}, "volumes": {}, "configs": {}, "secrets": {}})
    for name, service in model["services"].items():
        result.content["services"][name] = _Service(name, service, model, policy, result, registry, mesh).translated()
    for name, network in (model.get("networks") or {}).items():
        options = {"driver_opts": {"encrypted": ""}} if encrypted else {}
        result.content["networks"][name] = {
            "driver": "overlay",
            **({"internal": True} if (network or {}).get("internal") else {}),
            **options,
        }
    used = {
        one["source"]
        for service in result.content["services"].values()
        for one in service.get("volumes", [])
        if one["type"] == "volume"
    }
    result.content["volumes"] = {name: {} for name in model.get("volumes") or {} if name in used}
    result.content = {key: value for key, value in result.content.items() if value}
    return result


class _Service:
    def __init__(
        self,
        name: str,
        service: dict[str, Any],
        model: dict[str, Any],
        policy: dict[str, Any],
        result: StackFile,
        registry: str,
        mesh: bool,
    ) -> None:
        self.name, self.service, self.model, self.policy = name, service, model, policy
        self.result, self.registry, self.mesh = result, registry, mesh
        self.extra = service.get("x-swarm") or {}
        # As Compose names what it builds without a name.
        self.image = str(service.get("image") or f"{model.get('name')}-{name}")

    def translated(self) -> dict[str, Any]:
        unknown = set(self.service) - KEPT - TRANSLATED - set(DROPPED)
        if unknown:
            key = min(unknown)
            raise Failure(
                f"{self.name}: Swarm has no {key!r}, and would drop it silently. Say it otherwise, or take it out.",
                f"{self.name}: Swarm에는 {key!r} 항목이 없어서 조용히 무시됩니다. 다른 방법으로 쓰거나 지우세요.",
            )
        self._security()
        made = {key: value for key, value in self.service.items() if key in KEPT and value not in (None, [], {})}
        made["image"] = _in_registry(self.image, self.registry)
        made |= {
            "networks": self._networks(),
            "ports": self._ports(),
            "secrets": [self._file("secrets", one) for one in self.service.get("secrets") or []],
            "configs": [self._file("configs", one) for one in self.service.get("configs") or []],
            "volumes": [],
            "healthcheck": _over(self.service.get("healthcheck") or {}, self.extra.get("healthcheck") or {}),
            "deploy": self._deploy(),
        }
        for volume in [*(self.service.get("volumes") or []), *self._tmpfs()]:
            self._volume(volume, made)
        return {key: value for key, value in made.items() if value}

    def kind(self) -> str:
        """What policy.yaml calls it."""
        if str(self.service.get("restart") or "").startswith("on-failure"):
            return "job"
        if any(one["type"] == "volume" for one in self.service.get("volumes") or []):
            return "stateful"
        return "edge" if self._published() else "service"

    def _security(self) -> None:
        other = [
            one
            for one in self.service.get("security_opt") or []
            if not re.fullmatch(r"no-new-privileges([:=]true)?", one)
        ]
        if other:
            raise Failure(
                f"{self.name}: security_opt {other[0]!r} does not exist under Swarm.",
                f"{self.name}: Swarm에는 security_opt {other[0]!r} 항목이 없습니다.",
            )

    def _deploy(self) -> dict[str, Any]:
        kind = self.kind()
        deploy = _over(self.policy[kind], _over(self.service.get("deploy") or {}, self.extra.get("deploy") or {}))
        if kind == "edge" and self.mesh:
            # The mesh hands a request to any replica by the service's own address.
            deploy |= {"endpoint_mode": "vip"}
        for part in ("limits", "reservations"):
            asked = (deploy.get("resources") or {}).get(part) or {}
            deploy.setdefault("resources", {})[part] = {
                key: str(value) if key in ("cpus", "memory") else value for key, value in asked.items()
            }
        deploy["resources"] = {key: value for key, value in deploy["resources"].items() if value}
        return deploy

    def _networks(self) -> dict[str, Any]:
        asked = self.service.get("networks") or {}
        return {name: {"aliases": one["aliases"]} if (one or {}).get("aliases") else {} for name, one in asked.items()}

    def _published(self) -> list[dict[str, Any]]:
        return [one for one in self.service.get("ports") or [] if one.get("published") and not one.get("host_ip")]

    def _ports(self) -> list[dict[str, Any]]:
        for one in self.service.get("ports") or []:
            if one.get("host_ip"):
                where = f"{one['host_ip']}:{one['published']}"
                self.result.notes.append(
                    f"{self.name}: {where} is not published, as Swarm publishes on every address only · "
                    f"Swarm은 한 주소에만 공개할 수 없으므로 {where}은(는) 공개하지 않습니다."
                )
        mode = "ingress" if self.mesh else "host"
        return [
            {
                "target": int(one["target"]),
                "published": int(one["published"]),
                "protocol": one.get("protocol", "tcp"),
                "mode": mode,
            }
            for one in self._published()
        ]

    def _file(self, kind: str, asked: dict[str, Any]) -> dict[str, Any]:
        """A secret or a config of the service; secrets are the container's user's, and nobody else's."""
        source = asked["source"]
        given = self.model[kind][source]
        path = Path(given.get("file") or source)
        try:
            data = str(given["content"]).encode() if "content" in given else path.read_bytes()
        except OSError:
            raise Failure(
                f"The file {path} is missing. If it is a secret, make it with: ./nox -s secrets",
                f"{path} 파일이 없습니다. 비밀 파일이라면 다음으로 만드세요: ./nox -s secrets",
            ) from None
        default = "/" + source if kind == "configs" else source
        made: dict[str, Any] = {"source": self._object(kind, source, data), "target": asked.get("target") or default}
        if kind == "secrets":
            user = _user(self.service, self.image)
            made |= {"uid": user, "gid": user, "mode": 0o400} if user else {"mode": 0o444}
        return made

    def _object(self, kind: str, name: str, data: bytes) -> str:
        """Put a file into the stack, named by its content: what is changed gets a new name, and so reaches the services."""
        if len(data) > LARGEST:
            raise Failure(
                f"{name} has {len(data)} bytes; Swarm takes {LARGEST} at most in a config or secret.",
                f"{name}은(는) {len(data)}바이트입니다. Swarm의 config와 secret은 최대 {LARGEST}바이트입니다.",
            )
        digest = hashlib.sha256(data).hexdigest()[:12]
        self.result.files[f"{kind}/{name}"] = data
        self.result.content[kind][name] = {"name": f"{name}-{digest}", "file": f"./{kind}/{name}"}
        return name

    def _tmpfs(self) -> list[dict[str, Any]]:
        listed = self.service.get("tmpfs") or []
        found = []
        for one in [listed] if isinstance(listed, str) else listed:
            path, _, options = one.partition(":")
            size = re.search(r"(?:^|,)size=(\d+)([kmg]?)", options.lower())
            found.append({"type": "tmpfs", "target": path})
            if size:
                found[-1]["tmpfs"] = {"size": int(size[1]) * {"": 1, "k": 2**10, "m": 2**20, "g": 2**30}[size[2]]}
        if self.service.get("shm_size"):
            found.append({"type": "tmpfs", "target": "/dev/shm", "tmpfs": {"size": int(self.service["shm_size"])}})
        return found

    def _volume(self, volume: dict[str, Any], made: dict[str, Any]) -> None:
        kind, target = volume["type"], volume["target"]
        if kind == "tmpfs":
            size = int((volume.get("tmpfs") or {}).get("size") or 0)
            made["volumes"].append({"type": "tmpfs", "target": target, **({"tmpfs": {"size": size}} if size else {})})
        elif kind == "volume" and volume.get("source"):
            made["volumes"].append({"type": "volume", "source": volume["source"], "target": target})
        elif kind == "bind" and target in (self.extra.get("binds") or {}):
            made["configs"] += self._folder(Path(volume["source"]), target, self.extra["binds"][target])
        else:
            raise Failure(
                f"{self.name}: {target} comes from a folder of this machine, which other nodes do not have. "
                f"Name its files in `x-swarm: {{binds: {{{target}: PATTERN}}}}`.",
                f"{self.name}: {target}은(는) 이 컴퓨터의 폴더이므로 다른 노드에는 없습니다. "
                f"`x-swarm: {{binds: {{{target}: 패턴}}}}`에 필요한 파일을 적으세요.",
            )

    def _folder(self, source: Path, target: str, pattern: str) -> list[dict[str, Any]]:
        """The files of a mounted folder that the service reads, each as a config."""
        found = []
        for path in sorted(source.glob(pattern)):
            relative = path.relative_to(source).as_posix()
            name = re.sub(r"[^a-zA-Z0-9_.-]", "_", f"{target.strip('/').rpartition('/')[2]}_{relative}")
            found.append({"source": self._object("configs", name, path.read_bytes()), "target": f"{target}/{relative}"})
        return found


def _over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """`above` laid over `below`, key by key; lists are replaced."""
    merged = dict(below)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _over(merged[key], value) if both else value
    return merged


def _in_registry(image: str, registry: str) -> str:
    """The image's name in the registry: one of another registry keeps its own."""
    first = image.partition("/")[0]
    foreign = "/" in image and ("." in first or ":" in first or first == "localhost")
    named = image if ":" in image.rpartition("/")[2] or "@" in image else f"{image}:latest"
    return f"{registry}/{named}" if registry and not foreign else named


def _user(service: dict[str, Any], image: str) -> str:
    """The uid that the service runs as, as a number; empty where it is not known."""
    said = str(service.get("user") or "")
    if not said:
        inspect = ["docker", "image", "inspect", "--format", "{{.Config.User}}", image]
        said = subprocess.run(inspect, capture_output=True, text=True, check=False).stdout.strip()
    uid = said.partition(":")[0]
    return uid if uid.isdigit() else ""
