"""Kill one container of the API."""

from grading.text import Text
from ops.swarm.exercises.exercise import Exercise, Run
from ops.swarm.exercises.nodes import pause, resume


def break_it(run: Run) -> None:
    task = run.tasks()[0]
    run.notes["task"] = task["ID"]
    run.docker("kill", task["Status"]["ContainerStatus"]["ContainerID"], node=run.node_of(task))


def verify(run: Run) -> Text:
    killed = run.notes.get("task")
    run.until(
        lambda: killed and killed not in {task["ID"] for task in run.tasks()},
        "no container was killed",
        "종료된 컨테이너가 없음",
        seconds=min(run.patience, 15),
    )
    seconds = run.healed()
    return Text(f"another one was healthy after {seconds:.0f} s", f"{seconds:.0f}초 만에 새 컨테이너가 정상이 됨")


EXERCISE = Exercise(
    name="kill-container",
    title=Text("Kill a container", "컨테이너 죽이기"),
    predict=Text(
        "How many requests will fail, and how long will there be two replicas only?",
        "실패하는 요청은 몇 건일까요? 복제본이 두 개인 시간은 얼마나 될까요?",
    ),
    commands=[
        "docker ps --filter label=com.docker.swarm.service.name=blog_blog-api",
        "docker kill $(docker ps -q --filter label=com.docker.swarm.service.name=blog_blog-api | head -1)",
    ],
    hints=[
        Text(
            "watch docker service ps blog_blog-api shows the old task and the new one.",
            "watch docker service ps blog_blog-api로 이전 태스크와 새 태스크를 볼 수 있습니다.",
        ),
        Text(
            "nginx sends what a dead replica did not answer to another one (proxy_next_upstream): GETs, never a POST that was sent.",
            "죽은 복제본이 답하지 못한 요청은 nginx가 다른 복제본으로 보냅니다(proxy_next_upstream). GET만 그렇고 이미 보낸 POST는 아닙니다.",
        ),
    ],
    break_it=break_it,
    verify=verify,
    prevent=pause,
    cleanup=resume,
)
