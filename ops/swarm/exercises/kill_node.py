"""Pull the plug of a node: its proxy, its tasks and a manager are gone at once."""

from grading.text import Text
from ops.swarm.exercises.exercise import Exercise, Run
from ops.swarm.exercises.nodes import back, bystander, pause, resume, state


def setup(run: Run) -> None:
    run.notes["node"] = bystander(run)


def break_it(run: Run) -> None:
    run.notes["killed"] = run.notes["node"]
    run.kill_node(run.notes["node"])


def verify(run: Run) -> Text:
    node = run.notes.get("killed")
    run.until(
        lambda: node and state(run, node) == "down",
        "no node is down",
        "다운된 노드가 없음",
        seconds=min(run.patience, 40),
    )
    run.watch.mark("seen", f"{node} is down", f"{node} 다운 감지")
    seconds = run.healed()
    return Text(
        f"{node} died; all tasks were elsewhere and healthy after {seconds:.0f} s",
        f"{node}이(가) 죽고 {seconds:.0f}초 만에 모든 태스크가 다른 노드에서 정상이 됨",
    )


def cleanup(run: Run) -> None:
    resume(run)
    back(run, run.notes["node"])


EXERCISE = Exercise(
    name="kill-node",
    title=Text("Kill a node", "노드 죽이기"),
    predict=Text(
        "How long does Swarm take to notice, and what do users see until then?",
        "Swarm이 알아차리기까지 얼마나 걸릴까요? 그동안 사용자는 무엇을 보게 될까요?",
    ),
    commands=["docker kill lab-n2", "docker exec lab-n1 docker node ls"],
    hints=[
        Text(
            "A node is down when three heartbeats of 5 s are missing; only then are its tasks started elsewhere.",
            "5초 간격의 하트비트가 세 번 빠지면 노드가 다운으로 표시되고, 그제야 태스크가 다른 노드에서 시작됩니다.",
        ),
        Text(
            "Until then DNS still names the dead replica: nginx gives up on it after a second and asks the next.",
            "그동안 DNS는 죽은 복제본도 알려 줍니다. nginx는 1초 뒤 포기하고 다음 복제본에 묻습니다.",
        ),
        Text(
            "The client knows every node's address: when one does not answer it takes the next, as a browser does.",
            "클라이언트는 모든 노드의 주소를 알고 있어, 하나가 응답하지 않으면 브라우저처럼 다음 주소를 씁니다.",
        ),
    ],
    setup=setup,
    break_it=break_it,
    verify=verify,
    cleanup=cleanup,
    prevent=pause,
)
