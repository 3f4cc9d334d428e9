"""Take a node out of service in an orderly way, as before a kernel update."""

from grading.text import Text
from ops.swarm.exercises.exercise import Exercise, Run
from ops.swarm.exercises.nodes import bystander, pause, resume, working


def setup(run: Run) -> None:
    run.notes["node"] = bystander(run)


def break_it(run: Run) -> None:
    run.docker("node", "update", "--availability", "drain", run.notes["node"])


def verify(run: Run) -> Text:
    node = run.notes["node"]
    run.until(
        lambda: "drain" in run.docker("node", "inspect", "--format", "{{.Spec.Availability}}", node),
        f"{node} is not drained",
        f"{node}이(가) drain 상태가 아님",
        seconds=5,
    )
    run.until(lambda: not working(run, node), f"{node} still has tasks", f"{node}에 태스크가 남아 있음")
    seconds = run.healed()
    return Text(
        f"{node} was empty and everything healthy elsewhere after {seconds:.0f} s",
        f"{seconds:.0f}초 만에 {node}이(가) 비고 다른 노드에서 모두 정상이 됨",
    )


def cleanup(run: Run) -> None:
    resume(run)


EXERCISE = Exercise(
    name="drain",
    title=Text("Drain a node", "노드 비우기"),
    predict=Text(
        "A drained node stops its tasks. Does the new one start before the old one stops?",
        "drain한 노드는 태스크를 멈춥니다. 이전 태스크가 멈추기 전에 새 태스크가 시작될까요?",
    ),
    commands=[
        "docker node update --availability drain n2",
        "docker node ps n2",
        "docker node update --availability active n2",
    ],
    hints=[
        Text(
            "No: start-first is of updates only. There is a replica less for some seconds, which is what the others are for.",
            "아닙니다. start-first는 업데이트에만 적용됩니다. 몇 초 동안 복제본이 하나 줄고, 나머지가 그동안을 맡습니다.",
        ),
        Text(
            "Tasks do not come back when the node is active again; the next update or scaling spreads them.",
            "노드를 다시 active로 해도 태스크는 돌아오지 않습니다. 다음 업데이트나 스케일 때 고르게 퍼집니다.",
        ),
    ],
    setup=setup,
    break_it=break_it,
    verify=verify,
    cleanup=cleanup,
    prevent=pause,
)
