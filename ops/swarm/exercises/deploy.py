"""Deploy a service with the course's own command, and look at what became of it."""

import httpx

from grading.text import Text
from ops.swarm import registry
from ops.swarm.exercises.exercise import Exercise, NotVerified, Run
from ops.swarm.exercises.nodes import pause, resume
from ops.swarm.lab import REGISTRY

# 8080 is the edge's, on every node.
SERVICE, IMAGE, PORT = "web", "course/web:1", 8088


def setup(run: Run) -> None:
    registry.push(run.lab.registry_port(), [IMAGE])


def break_it(run: Run) -> None:
    publish = f"mode=host,published={PORT},target=80"
    run.docker(
        *("service", "create", "--detach", "--quiet", "--name", SERVICE, "--replicas", "3", "--publish", publish),
        *("--endpoint-mode", "dnsrr", f"{REGISTRY}/{IMAGE}"),
    )


def verify(run: Run) -> Text:
    run.until(
        lambda: len(run.tasks(SERVICE)) == 3,
        f"{len(run.tasks(SERVICE))} tasks of {SERVICE} run, not 3",
        f"{SERVICE} 태스크가 3개가 아니라 {len(run.tasks(SERVICE))}개 실행 중",
        seconds=min(run.patience, 40),
    )
    nodes = {run.node_of(task) for task in run.tasks(SERVICE)}
    answers = {node: {_ask(run, node) for _ in range(10)} for node in nodes}
    said = {one for found in answers.values() for one in found}
    if len(said) != len(nodes):
        raise NotVerified(
            f"{len(nodes)} nodes answer with {len(said)} names", f"노드 {len(nodes)}개가 이름 {len(said)}개로 응답함"
        )
    return Text(
        f"3 tasks on {len(nodes)} nodes; ten requests to each, answered by {', '.join(sorted(said))}",
        f"노드 {len(nodes)}개에 태스크 3개. 각 노드에 요청 열 번, 응답한 컨테이너: {', '.join(sorted(said))}",
    )


def _ask(run: Run, node: str) -> str:
    return httpx.get(f"http://{run.lab.node(node).address}:{PORT}/", timeout=5, trust_env=False).text.strip()


def cleanup(run: Run) -> None:
    resume(run)
    if SERVICE in run.docker("service", "ls", "--format", "{{.Name}}").split():
        run.docker("service", "rm", SERVICE)


EXERCISE = Exercise(
    name="deploy",
    title=Text("Deploy and inspect", "배포하고 살펴보기"),
    predict=Text(
        "Three replicas on three nodes: which one answers at which address?",
        "노드 세 개에 복제본 세 개. 어느 주소에서 어느 복제본이 응답할까요?",
    ),
    commands=[
        "docker service create --name web --replicas 3 --publish mode=host,published=8088,target=80 --endpoint-mode dnsrr registry:5000/course/web:1",
        "docker service ps web",
        "docker service inspect --pretty web",
        "for i in $(seq 10); do curl -s http://n1:8088/; done",
    ],
    hints=[
        Text(
            "docker service ps tells node and state of each task; docker service inspect --pretty what was asked for.",
            "docker service ps로 태스크의 노드와 상태를, docker service inspect --pretty로 요청한 설정을 볼 수 있습니다.",
        ),
        Text(
            "With mode=host a node's port leads to the task on that node; with the routing mesh (--publish 8088:80) each node's port leads "
            "to all tasks, where the kernel has IPVS.",
            "mode=host에서는 노드의 포트가 그 노드의 태스크로 이어집니다. 라우팅 메시(--publish 8088:80)에서는 커널에 IPVS가 있으면 "
            "어느 노드의 포트든 모든 태스크로 이어집니다.",
        ),
    ],
    setup=setup,
    break_it=break_it,
    verify=verify,
    cleanup=cleanup,
    prevent=pause,
)
