"""Roll a broken version out, and see it go back by itself."""

import contextlib

from grading.text import Text
from ops.failure import Failure
from ops.swarm import releases
from ops.swarm.exercises.exercise import Exercise, Run


def setup(run: Run) -> None:
    run.notes["image"] = releases.image(run.spec())
    run.notes["release"] = releases.make(run.lab, run.notes["image"], "broken")


def break_it(run: Run) -> None:
    run.notes["begun"] = True
    # Whether docker calls the end a failure depends on when it looks; verify reads UpdateStatus.
    with contextlib.suppress(Failure):
        run.docker("service", "update", "--detach", "--image", run.notes["release"], run.api)


def verify(run: Run) -> Text:
    run.until(
        lambda: run.notes.get("begun") and (run.spec().get("UpdateStatus") or {}).get("State") == "rollback_completed",
        f"nothing was rolled back: {(run.spec().get('UpdateStatus') or {}).get('Message', 'no update')}",
        "롤백되지 않음",
    )
    seconds = run.healed()
    run.until(
        lambda: releases.image(run.spec()) == run.notes["image"],
        "it is not the old version",
        "이전 버전이 아님",
        seconds=5,
    )
    return Text(
        f"the broken version was noticed and the old one restored in {seconds:.0f} s",
        f"{seconds:.0f}초 만에 고장 난 버전을 감지하고 이전 버전으로 되돌림",
    )


def prevent(run: Run) -> None:
    """An update that fails stays as it is."""
    run.docker("service", "update", "--detach=false", "--update-failure-action", "pause", run.api, seconds=150)


def cleanup(run: Run) -> None:
    if run.spec()["Spec"]["UpdateConfig"]["FailureAction"] != "rollback":
        run.docker("service", "update", "--detach", "--update-failure-action", "rollback", run.api)
    releases.back(run.lab, run.api, run.notes["image"])


EXERCISE = Exercise(
    name="rollback",
    title=Text("A broken version", "고장 난 버전"),
    predict=Text(
        "The new version ends as soon as it starts. How many of the three old replicas will be replaced by it?",
        "새 버전은 시작하자마자 끝납니다. 이전 복제본 세 개 중 몇 개가 교체될까요?",
    ),
    commands=[
        "docker service update --image registry:5000/blog-api:broken blog_blog-api",
        "docker service inspect --format '{{json .UpdateStatus}}' blog_blog-api",
    ],
    hints=[
        Text(
            "The command ends with 0 and says converged after a rollback too: .UpdateStatus.State says what really happened.",
            "롤백된 뒤에도 명령은 0으로 끝나고 converged라고 합니다. 실제로 무슨 일이 있었는지는 .UpdateStatus.State에 있습니다.",
        ),
        Text(
            "failure_action: rollback acts when a task fails within `monitor`; without it the update pauses and waits for you.",
            "failure_action: rollback은 monitor 시간 안에 태스크가 실패하면 되돌립니다. 없으면 업데이트가 멈춘 채 여러분을 기다립니다.",
        ),
    ],
    setup=setup,
    break_it=break_it,
    verify=verify,
    cleanup=cleanup,
    prevent=prevent,
)
