"""Roll a new version of the API out, one replica after the other."""

from grading.text import Text
from ops.swarm import releases
from ops.swarm.exercises.exercise import Exercise, Run


def setup(run: Run) -> None:
    run.notes["image"] = releases.image(run.spec())
    run.notes["release"] = releases.make(run.lab, run.notes["image"], "next")


def break_it(run: Run) -> None:
    run.notes["tasks"] = {task["ID"] for task in run.tasks()}
    run.docker("service", "update", "--detach", "--image", run.notes["release"], run.api)


def verify(run: Run) -> Text:
    old = run.notes.get("tasks", {task["ID"] for task in run.tasks()})
    run.until(
        lambda: (
            (run.spec().get("UpdateStatus") or {}).get("State") == "completed"
            and releases.image(run.spec()) == run.notes["release"]
            and not old & {task["ID"] for task in run.tasks()}
        ),
        f"the new version is not what runs: {(run.spec().get('UpdateStatus') or {}).get('Message', 'no update')}",
        "새 버전이 실행되고 있지 않음",
    )
    seconds = run.healed()
    return Text(f"all replicas were renewed in {seconds:.0f} s", f"{seconds:.0f}초 만에 모든 복제본이 교체됨")


def prevent(run: Run) -> None:
    """The new version is one that cannot start."""
    run.notes["release"] = releases.make(run.lab, run.notes["image"], "broken")


def cleanup(run: Run) -> None:
    releases.back(run.lab, run.api, run.notes["image"])


EXERCISE = Exercise(
    name="update",
    title=Text("Rolling update", "롤링 업데이트"),
    predict=Text(
        "How many replicas run at the same time while the update is under way, the least and the most?",
        "업데이트하는 동안 동시에 실행되는 복제본은 최소 몇 개, 최대 몇 개일까요?",
    ),
    commands=["docker service update --image registry:5000/blog-api:next blog_blog-api"],
    hints=[
        Text(
            "order: start-first starts the new one, waits until it is healthy, and only then stops the old one.",
            "order: start-first는 새 태스크를 시작해 정상이 될 때까지 기다린 뒤에야 이전 태스크를 멈춥니다.",
        ),
        Text(
            "The old one gets TERM, finishes what it has begun and ends within stop_grace_period.",
            "이전 태스크는 TERM을 받고, 처리 중이던 요청을 마친 뒤 stop_grace_period 안에 끝납니다.",
        ),
    ],
    setup=setup,
    break_it=break_it,
    verify=verify,
    cleanup=cleanup,
    prevent=prevent,
)
