"""Scale the API from 3 to 5 replicas, and back."""

from grading.text import Text
from ops.swarm import spread
from ops.swarm.exercises.exercise import Exercise, NotVerified, Run
from ops.swarm.exercises.nodes import pause, resume

# So long the crowd's requests are counted, some forty a replica.
SECONDS = 5.0


def setup(run: Run) -> None:
    run.notes["before"] = run.spec()["Spec"]["Mode"]["Replicated"]["Replicas"]


def break_it(run: Run) -> None:
    run.docker("service", "scale", "--detach", f"{run.api}={run.notes['before'] + 2}")


def verify(run: Run) -> Text:
    wanted = run.notes["before"] + 2
    run.until(
        lambda: len(run.tasks()) == wanted,
        f"{len(run.tasks())} healthy replicas instead of {wanted}",
        f"정상 복제본이 {wanted}개가 아니라 {len(run.tasks())}개",
        seconds=min(run.patience, 60),
    )
    seconds = run.healed()
    found = spread.seen(run.deployed, run.api, SECONDS)
    if spread.answering(found) < wanted:
        raise NotVerified(
            f"{spread.answering(found)} of {wanted} replicas answer requests",
            f"복제본 {wanted}개 중 {spread.answering(found)}개만 요청에 응답함",
        )
    nodes = {run.node_of(task) for task in run.tasks()}
    shares = ", ".join(f"{share / wanted:.0%}" for share in sorted(found.values()))
    return Text(
        f"{wanted} replicas on {len(nodes)} nodes after {seconds:.0f} s; of the requests they answer {shares}",
        f"{seconds:.0f}초 만에 노드 {len(nodes)}개에 복제본 {wanted}개, 복제본별 요청 비율: {shares}",
    )


def cleanup(run: Run) -> None:
    resume(run)
    if run.spec()["Spec"]["Mode"]["Replicated"]["Replicas"] != run.notes["before"]:
        run.docker("service", "scale", "--detach=false", f"{run.api}={run.notes['before']}", seconds=150)


EXERCISE = Exercise(
    name="scale",
    title=Text("Scale from 3 to 5", "복제본을 3개에서 5개로"),
    predict=Text(
        "On which nodes will the two new ones start, and when do they get their first request?",
        "새 복제본 두 개는 어느 노드에서 시작될까요? 첫 요청은 언제 받을까요?",
    ),
    commands=["docker service scale blog_blog-api=5"],
    hints=[
        Text(
            "docker service ps blog_blog-api tells the node of each task.",
            "docker service ps blog_blog-api로 태스크마다 어느 노드인지 볼 수 있습니다.",
        ),
        Text(
            "A task gets no request before its health check passes: until then its address is in no DNS answer.",
            "헬스 체크를 통과하기 전에는 DNS 응답에 주소가 없으므로 요청을 받지 않습니다.",
        ),
    ],
    setup=setup,
    break_it=break_it,
    verify=verify,
    cleanup=cleanup,
    prevent=pause,
)
