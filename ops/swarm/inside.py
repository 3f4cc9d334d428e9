"""Runs programs in a stack's containers, on whatever node they are."""

from collections.abc import Mapping
from dataclasses import dataclass

from ops.failure import Failure
from ops.stack import PSQL
from ops.swarm.deploy import Deployed
from ops.swarm.lab import docker


@dataclass(frozen=True)
class Result:
    """How a program in a container ended."""

    code: int
    output: str


@dataclass(frozen=True)
class Inside:
    """A stack as `ops.backup` and the grader's `World` know one, with a running container of each service."""

    deployed: Deployed

    @property
    def environment(self) -> Mapping[str, str]:
        """Nothing is needed on top of this process's own."""
        return {}

    def inside(self, service: str, *command: str) -> list[str]:
        """The words that run a program in a container of the service, its input and output being the caller's."""
        wanted = f"label=com.docker.swarm.service.name={self.deployed.service(service)}"
        for node in self.deployed.lab.nodes():
            if node.running and (ids := docker("exec", node.container, "docker", "ps", "-q", "-f", wanted).split()):
                return ["docker", "exec", "-i", node.container, "docker", "exec", "-i", ids[0], *command]
        raise Failure(
            f"No container of {self.deployed.service(service)} runs.",
            f"실행 중인 {self.deployed.service(service)} 컨테이너가 없습니다.",
        )

    def exec(self, service: str, *command: str, input: str | bytes = b"", seconds: float = 120) -> str:
        """What a program prints; its error output is Failure's when it fails."""
        _, *words = self.inside(service, *command)
        return docker(*words, input=input, seconds=seconds)

    def psql(self, database: str, sql: str) -> str:
        """Run SQL as the superuser, all of it or none."""
        return self.exec("postgres", *PSQL, database, input=sql).strip()

    def execute(self, service: str, *command: str) -> Result:
        """The same, with the exit code."""
        try:
            return Result(0, self.exec(service, *command))
        except Failure as failure:
            return Result(1, str(failure))
