"""One running stack: a team's Compose project with its own ports and secrets, brought up, looked into and taken away."""

import contextlib
import hashlib
import json
import os
import re
import shlex
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ops import images, paths
from ops.failure import Failure
from ops.progress import console, step

PULL_SECONDS = 20
# After a pull that failed, this long nobody is made to wait for another try.
PULL_AGAIN_SECONDS = 3600
LOG_LINES = 12
# psql that runs all of its input or none; rows come back as lines, columns parted by `|`. The database comes last.
PSQL = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "--single-transaction", "-f", "-", "-d"]


@dataclass(frozen=True)
class Ports:
    """What the stack publishes on this machine; the last two on 127.0.0.1 only."""

    http: int = 8080
    https: int = 8443
    prometheus: int = 9090
    grafana: int = 3001

    @classmethod
    def free(cls) -> "Ports":
        """Ports that nobody uses now."""
        with contextlib.ExitStack() as held:
            taken = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(4)]
            return cls(*(one.getsockname()[1] for one in taken))

    def __iter__(self) -> Iterator[int]:
        return iter((self.http, self.https, self.prometheus, self.grafana))


class Stack:
    """A Compose project.

    `team_dir` holds its `compose.yaml`; `overrides` are further Compose files laid over it. Without
    `ports`, free ones are taken. Everything that goes wrong is a Failure that says what to do.
    """

    def __init__(
        self,
        team_dir: Path,
        project: str,
        ports: Ports | None = None,
        secrets_dir: Path = paths.SECRETS,
        overrides: Sequence[Path] = (),
    ) -> None:
        self.team_dir = team_dir
        self.project = project
        self.ports = ports or Ports.free()
        self.secrets_dir = secrets_dir.resolve()
        self.files = [team_dir / "compose.yaml", *overrides]
        self.profiles: list[str] = []

    @property
    def url(self) -> str:
        """Where the edge answers."""
        return f"https://localhost:{self.ports.https}"

    @property
    def ca(self) -> Path:
        """The certificate that vouches for every server of the stack."""
        return self.secrets_dir / "ca.crt"

    def tls(self) -> ssl.SSLContext:
        """A client's side of TLS, that trusts this stack's CA and nothing else."""
        return ssl.create_default_context(cafile=str(self.ca))

    @property
    def environment(self) -> dict[str, str]:
        """What the Compose files are filled in with, on top of this process's own environment."""
        return {
            "COMPOSE_PROFILES": ",".join(self.profiles),
            "EDGE_HTTP_PORT": str(self.ports.http),
            "EDGE_HTTPS_PORT": str(self.ports.https),
            "PROMETHEUS_PORT": str(self.ports.prometheus),
            "GRAFANA_PORT": str(self.ports.grafana),
            "SECRETS_DIR": str(self.secrets_dir),
            "SECRETS_ID": _digest(self.secrets_dir),
            "TEAM_MONITORING": str(self.team_dir / "monitoring"),
            "CA_BUNDLE": images.ca_bundle(),
            "BUILDX_NO_DEFAULT_ATTESTATIONS": "1",
        }

    def command(self, *arguments: str) -> list[str]:
        """The words of a `docker compose` call on this project."""
        files = [word for file in self.files for word in ("--file", str(file))]
        return ["docker", "compose", "--project-name", self.project, *files, *arguments]

    def compose(self, *arguments: str, input: str | None = None, seconds: float = 300) -> str:
        """What `docker compose ARGUMENTS` prints. Raises Failure with the reason when it fails."""
        done = self._run(*arguments, input=input, seconds=seconds)
        if done.returncode:
            raise _explained(done.stderr or done.stdout, shlex.join(["docker", "compose", *arguments]))
        return done.stdout

    def build(self) -> None:
        """Build the team's images; what has not changed comes from the cache."""
        with step(f"building {self.team_dir.name}"):
            self.compose("build", "--quiet", seconds=1200)

    def up(self, services: Sequence[str] = (), wait: bool = True, seconds: float = 180) -> None:
        """Start the stack, or only `services` and what they need; with `wait`, until all are healthy.

        Raises Failure that names the service, its last log lines and what to do. What was started
        stays, so that it can be looked at: `down` is the caller's.
        """
        if not services and _can_have(_grafana_image()):
            self.profiles = ["grafana"]
        self._free_ports()
        deadline = time.monotonic() + seconds
        with step(f"starting {self.project}"):
            try:
                started = self._run("up", "--detach", "--no-build", "--remove-orphans", *services, seconds=seconds)
            except subprocess.TimeoutExpired:
                raise self._never_healthy(self._unwell() or ["?"], seconds) from None
            if started.returncode:
                unwell = [name for name, state in self._states().items() if state == "failed"]
                raise (
                    self._never_healthy(unwell, seconds) if unwell else _explained(started.stderr, "docker compose up")
                )
            while wait and (unwell := self._unwell()):
                failed = [name for name in unwell if self._states().get(name) == "failed"]
                if failed or time.monotonic() > deadline:
                    raise self._never_healthy(failed or unwell, seconds)
                time.sleep(0.3)

    def down(self, volumes: bool = True) -> None:
        """Take everything away: containers, networks, the project's own images and, unless told otherwise, its data."""
        flags = ["--volumes"] if volumes else []
        self._run("--profile", "*", "down", "--remove-orphans", "--timeout", "20", *flags, seconds=180)
        built = _docker(
            "image", "ls", "--quiet", "--filter", f"label=com.docker.compose.project={self.project}"
        ).split()
        if built:
            _docker("image", "rm", "--force", *dict.fromkeys(built))

    def inside(self, service: str, *command: str) -> list[str]:
        """The words that run a program in the service's container, its input and output being the caller's."""
        return self.command("exec", "-T", service, *command)

    def exec(self, service: str, *command: str, input: str | None = None, seconds: float = 300) -> str:
        """What a program of the image prints when it runs in the service's container."""
        return self.compose("exec", "-T", service, *command, input=input, seconds=seconds)

    def psql(self, database: str, sql: str) -> str:
        """Run SQL as the superuser, all of it or none; rows come back as lines, columns parted by `|`."""
        return self.exec("postgres", *PSQL, database, input=sql).strip()

    def logs(self, service: str = "", tail: int | None = None) -> str:
        """The lines that the services have written, without Compose's prefix."""
        flags = [] if tail is None else ["--tail", str(tail)]
        printed = self.compose("logs", "--no-color", "--no-log-prefix", *flags, *filter(None, [service]))
        # Compose 2.26 clears the terminal's line before each of its own, also where there is no terminal.
        return printed.replace("\x1b[2K", "")

    def containers(self, service: str = "") -> list[dict[str, Any]]:
        """`docker inspect` of the project's containers, stopped ones too."""
        filters = [f"label=com.docker.compose.project={self.project}", "label=com.docker.compose.oneoff=False"]
        if service:
            filters.append(f"label=com.docker.compose.service={service}")
        ids = _docker("ps", "--all", "--quiet", *(word for one in filters for word in ("--filter", one))).split()
        # A line each: the list that docker prints is no JSON when one of them has gone meanwhile.
        lines = _docker("inspect", "--format", "{{json .}}", *ids).splitlines() if ids else []
        found: list[dict[str, Any]] = [json.loads(line) for line in lines if line]
        return sorted(found, key=lambda one: str(one["Name"]))

    def pid(self, service: str) -> int:
        """Process id, on this machine, of the service's first process."""
        return int(self.containers(service)[0]["State"]["Pid"])

    def address(self, service: str) -> str:
        """An IP address at which this machine reaches the service's container, past the edge."""
        networks = self.containers(service)[0]["NetworkSettings"]["Networks"]
        return str(next(one["IPAddress"] for one in networks.values() if one["IPAddress"]))

    def healthy(self) -> bool:
        """Every service is up and well, or has done its work."""
        return not self._unwell()

    def exit_codes(self) -> list[str]:
        """`SERVICE CODE` of every container that is not running."""
        return [
            f"{_service(one)} {one['State']['ExitCode']}" for one in self.containers() if not one["State"]["Running"]
        ]

    def _run(self, *arguments: str, input: str | None = None, seconds: float) -> subprocess.CompletedProcess[str]:
        words = self.command(*arguments)
        environment = os.environ | self.environment
        try:
            return subprocess.run(
                words, env=environment, input=input, capture_output=True, text=True, timeout=seconds, check=False
            )
        except FileNotFoundError:
            raise _no_engine() from None

    def _states(self) -> dict[str, str]:
        return {_service(one): _state(one) for one in self.containers()}

    def _unwell(self) -> list[str]:
        states = self._states()
        return [name for name, state in states.items() if state != "well"] if states else ["?"]

    def _never_healthy(self, services: list[str], seconds: float) -> Failure:
        parts = []
        for service in services[:3]:
            last_lines = self.logs(service, LOG_LINES).strip() if self.containers(service) else ""
            parts.append(f"--- {service}\n{last_lines or '(no output)'}")
        names, last = ", ".join(services), "\n".join(parts)
        look = f"docker compose -p {self.project} logs {services[0]}"
        return Failure(
            f"{names} did not start, or did not become healthy within {seconds:.0f} s. The last lines:\n{last}\n"
            f"The last line with level error or critical says why; all of them: {look}",
            f"{names}이(가) 시작되지 않았거나 {seconds:.0f}초 안에 정상 상태가 되지 않았습니다. "
            f"위 로그에서 level이 error나 critical인 마지막 줄이 원인입니다. 전체 로그: {look}",
        )

    def _free_ports(self) -> None:
        """Refuse to start on a port that somebody else has, before anything is made."""
        ours = {
            int(binding["HostPort"])
            for one in self.containers()
            for bindings in (one["NetworkSettings"]["Ports"] or {}).values()
            for binding in bindings or []
        }
        for port, variable in zip(self.ports, ("http", "https", "prometheus", "grafana"), strict=True):
            if variable == "grafana" and not self.profiles:
                continue
            if port not in ours and _in_use(port):
                owner = _owner(port)
                by = f" by {owner}" if owner else ""
                raise Failure(
                    f"Port {port} ({variable}) is in use{by}. Stop that program, or choose another port.",
                    f"{port} 포트({variable})를 {owner or '다른 프로그램'}이(가) 사용 중입니다. "
                    "그 프로그램을 멈추거나 다른 포트를 고르세요.",
                )


def _state(container: dict[str, Any]) -> str:
    """`well`, `waiting` or `failed`."""
    state = container["State"]
    if state["Status"] == "exited":
        return "well" if state["ExitCode"] == 0 else "failed"
    if state["Status"] == "restarting":
        return "failed" if container["RestartCount"] >= 3 else "waiting"
    health = (state.get("Health") or {}).get("Status", "healthy")
    return {"healthy": "well", "unhealthy": "failed"}.get(health, "waiting") if state["Running"] else "waiting"


def _service(container: dict[str, Any]) -> str:
    return str(container["Config"]["Labels"]["com.docker.compose.service"])


def _docker(*arguments: str) -> str:
    try:
        done = subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False, timeout=60)
    except FileNotFoundError:
        raise _no_engine() from None
    if done.returncode and "annot connect to the Docker daemon" in done.stderr:
        raise _no_engine()
    return done.stdout


def _no_engine() -> Failure:
    return Failure(
        "No Docker Engine answers. Install or start it with: ./nox -s engine",
        "Docker Engine이 응답하지 않습니다. 설치하거나 시작하세요: ./nox -s engine",
    )


def _explained(output: str, command: str) -> Failure:
    """What Docker's words mean for the reader; the words themselves where nothing better is known."""
    if "annot connect to the Docker daemon" in output:
        return _no_engine()
    if "no space left on device" in output.lower():
        return Failure(
            "The disk is full. `docker system df` shows what Docker holds; `docker builder prune` frees its build cache.",
            "디스크가 가득 찼습니다. `docker system df`로 사용량을 보고 `docker builder prune`으로 빌드 캐시를 비우세요.",
        )
    if port := re.search(
        r"(?:bind for|listen tcp\d?) \S*?:(\d+)\S* ?.*(?:already allocated|already in use)", output, re.I
    ):
        owner = _owner(int(port[1]))
        return Failure(
            f"Port {port[1]} is in use{f' by {owner}' if owner else ''}. Stop that program, or choose another port.",
            f"{port[1]} 포트를 {owner or '다른 프로그램'}이(가) 사용 중입니다. 그 프로그램을 멈추거나 다른 포트를 고르세요.",
        )
    if missing := re.search(r"bind source path does not exist: (\S*/(?:tls/)?[^/\s]+)", output):
        return Failure(
            f"The file {missing[1]} is missing. If it is a secret, make it with: ./nox -s secrets",
            f"{missing[1]} 파일이 없습니다. 비밀 파일이라면 다음으로 만드세요: ./nox -s secrets",
        )
    if image := re.search(r"(?:No such image|pull access denied for|manifest for)[: ']*(course/[\w./:-]+)", output):
        return Failure(
            f"The image {image[1]} is not built yet. Build it with: ./nox -s images",
            f"{image[1]} 이미지가 아직 없습니다. 다음으로 빌드하세요: ./nox -s images",
        )
    return Failure(
        f"{command} failed. The end of what it said:\n{images.tail(output)}",
        f"{command} 명령이 실패했습니다. 위 출력의 끝부분을 확인하세요.",
    )


def _in_use(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))
        except PermissionError:
            return False
        except OSError:
            return True
    return False


def _owner(port: int) -> str:
    """Container or process that listens on the port, as far as this user may see it; else nothing."""
    if name := _docker("ps", "--filter", f"publish={port}", "--format", "{{.Names}}").strip():
        return f"the container {name.splitlines()[0]}"
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                words = line.split()
                # 0A: listening.
                if words[3] == "0A" and int(words[1].rsplit(":", 1)[1], 16) == port:
                    inodes.add(f"socket:[{words[9]}]")
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        with contextlib.suppress(OSError):
            if os.readlink(link) in inodes:
                process = link.parents[1]
                return f"{(process / 'comm').read_text().strip()} (process {process.name})"
    return ""


def _digest(directory: Path) -> str:
    """Changes when any secret does; tells nothing about them."""
    total = hashlib.sha256()
    for file in sorted(directory.rglob("*")):
        if file.is_file() and not file.name.startswith(".") and file.name != "ca.key":
            total.update(f"{file.relative_to(directory)}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()[:16]


def _grafana_image() -> str:
    named = re.search(r"\$\{GRAFANA_IMAGE:-(\S+)\}", (paths.PLATFORM / "compose.yaml").read_text())
    return os.environ.get("GRAFANA_IMAGE") or (named[1] if named else "")


def _can_have(image: str) -> bool:
    """The image is here or can be pulled within 20 s; a pull that failed is not tried again for an hour."""
    if _docker("image", "ls", "--quiet", image).strip():
        return True
    failed = paths.BUILD / "no-grafana"
    if failed.exists() and time.time() - failed.stat().st_mtime < PULL_AGAIN_SECONDS:
        return False
    try:
        with step(f"pulling {image}"):
            subprocess.run(["docker", "pull", "--quiet", image], capture_output=True, check=True, timeout=PULL_SECONDS)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        failed.parent.mkdir(parents=True, exist_ok=True)
        failed.touch()
        console.print(
            f"Grafana cannot be had from here ({image}); the stack runs without it.\n"
            f"Grafana 이미지({image})를 받을 수 없어 Grafana 없이 실행합니다."
        )
        return False
    return True
