"""Let a task take more memory than its limit, and see who pays."""

from typing import Any

from grading.text import Text
from ops.swarm import registry
from ops.swarm.exercises.exercise import Exercise, NotVerified, Run
from ops.swarm.lab import REGISTRY

SERVICE, IMAGE = "hungry", "course/python:1"
LIMIT, ENOUGH = "48M", "160M"
NEEDS_MB, TOO_MUCH_MB, PIECE_MB = 96, 400, 8
# A piece each tenth of a second; then it has what it needs, and works.
PROGRAM = (
    f"import time; held = [(b'x' * {PIECE_MB}_000_000, time.sleep(0.1)) for _ in range({{pieces}})]; "
    "print('has enough', flush=True); time.sleep(3600)"
)


def setup(run: Run) -> None:
    registry.push(run.lab.registry_port(), [IMAGE])
    run.notes["megabytes"] = NEEDS_MB


def break_it(run: Run) -> None:
    run.docker(
        *("service", "create", "--detach", "--quiet", "--name", SERVICE, "--limit-memory", LIMIT, "--no-healthcheck"),
        *("--restart-delay", "1s", "--stop-grace-period", "1s", "--endpoint-mode", "dnsrr", f"{REGISTRY}/{IMAGE}"),
        *("python3", "-c", PROGRAM.format(pieces=run.notes["megabytes"] // PIECE_MB)),
    )
    run.notes["killed"] = run.until(
        lambda: _killed(run) or None, "nothing was killed for its memory", "메모리 때문에 종료된 것이 없음", seconds=40
    )
    run.watch.mark("seen", "killed by the kernel", "커널이 종료함")


def _killed(run: Run) -> list[str]:
    """The service's containers that the kernel has killed: `docker inspect` says so, and 128 + 9 is its exit code."""
    found = []
    for node in run.lab.nodes():
        label = f"label=com.docker.swarm.service.name={SERVICE}"
        ids = run.docker("ps", "--all", "--quiet", "--filter", label, node=node.name).split()
        for id in ids:
            said = run.docker("inspect", "--format", "{{.State.OOMKilled}} {{.State.ExitCode}}", id, node=node.name)
            if said.split() == ["true", "137"]:
                found.append(f"{node.name} {id}")
    return found


def recover(run: Run) -> None:
    run.watch.mark("step", f"--limit-memory {ENOUGH}", f"--limit-memory {ENOUGH}")
    run.docker("service", "update", "--detach", "--quiet", "--limit-memory", ENOUGH, SERVICE)


def verify(run: Run) -> Text:
    if not run.notes.get("killed"):
        raise NotVerified("nothing was killed for its memory", "메모리 때문에 종료된 것이 없음")
    run.until(
        lambda: _content(run),
        f"no task of {SERVICE} gets what it needs",
        f"필요한 메모리를 얻은 {SERVICE} 태스크가 없음",
        seconds=min(run.patience, 40),
    )
    seconds = run.healed()
    return Text(
        f"the kernel killed it at {LIMIT} (OOMKilled, exit 137) and Swarm started it again; with {ENOUGH} it works, "
        f"{seconds:.0f} s after",
        f"{LIMIT} 한도에서 커널이 종료하고(OOMKilled, 종료 코드 137) Swarm이 다시 시작함. 한도를 {ENOUGH}로 올려 "
        f"{seconds:.0f}초 만에 정상 동작",
    )


def _content(run: Run) -> bool:
    """The task that runs now is another than those killed, and has all the memory that it asked for."""
    tasks: list[dict[str, Any]] = run.tasks(SERVICE)
    if len(tasks) != 1:
        return False
    container, node = tasks[0]["Status"]["ContainerStatus"]["ContainerID"], run.node_of(tasks[0])
    return "has enough" in run.docker("logs", container, node=node)


def cleanup(run: Run) -> None:
    if SERVICE in run.docker("service", "ls", "--format", "{{.Name}}").split():
        run.docker("service", "rm", SERVICE)


def prevent(run: Run) -> None:
    """It wants more than it will be given."""
    run.notes["megabytes"] = TOO_MUCH_MB


EXERCISE = Exercise(
    name="out-of-memory",
    title=Text("Out of memory", "메모리 부족"),
    predict=Text(
        f"A program needs {NEEDS_MB} MB, and its limit is {LIMIT}. Who ends it, what does Swarm do, and what do its neighbours notice?",
        f"프로그램에 {NEEDS_MB}MB가 필요한데 한도는 {LIMIT}입니다. 누가 종료하고, Swarm은 무엇을 하며, 이웃 컨테이너는 무엇을 느낄까요?",
    ),
    commands=[
        f"docker service create --name {SERVICE} --limit-memory {LIMIT} --no-healthcheck {REGISTRY}/{IMAGE} "
        f'python3 -c "{PROGRAM.format(pieces=NEEDS_MB // PIECE_MB)}"',
        f"docker service ps {SERVICE}",
        "docker inspect --format '{{.State.OOMKilled}} {{.State.ExitCode}}' <container>",
        f"docker service update --limit-memory {ENOUGH} {SERVICE}",
    ],
    hints=[
        Text(
            "docker service ps says `task: non-zero exit (137)`: 128 + 9, a SIGKILL. Who sent it says OOMKilled, on the task's own node.",
            "docker service ps에는 `task: non-zero exit (137)`이라고 나옵니다. 128 + 9, 즉 SIGKILL입니다. 누가 보냈는지는 태스크가 있는 노드의 OOMKilled로 알 수 있습니다.",
        ),
        Text(
            "Without a limit the kernel would look for a victim on the whole node, and take the largest: maybe the database.",
            "한도가 없으면 커널은 노드 전체에서 희생자를 찾고, 가장 큰 것을 고릅니다. 데이터베이스일 수도 있습니다.",
        ),
        Text(
            "Swarm starts it again, and again: a restart cures no limit that is too small. Raise it, or make the program need less.",
            "Swarm은 계속 다시 시작하지만, 너무 작은 한도는 재시작으로 해결되지 않습니다. 한도를 올리거나 프로그램이 덜 쓰게 하세요.",
        ),
    ],
    setup=setup,
    break_it=break_it,
    recover=recover,
    verify=verify,
    cleanup=cleanup,
    prevent=prevent,
)
