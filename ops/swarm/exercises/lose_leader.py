"""Kill the leading manager."""

from grading.text import Text
from ops.swarm.exercises.exercise import Exercise, NotVerified, Run
from ops.swarm.exercises.nodes import back, decide, managers, managing, others


def setup(run: Run) -> None:
    leader = run.leader()
    if leader == run.data_node():
        # Its volumes are another exercise: somebody else leads from now on.
        run.notes["demoted"] = leader
        decide(run, "node", "demote", leader)
        run.until(lambda: leader not in managers(run), f"{leader} still manages", f"{leader}이(가) 여전히 매니저")
        _promote(run)
        managing(run)
    run.notes["node"] = run.leader()


def break_it(run: Run) -> None:
    run.kill_node(run.notes["node"])


def verify(run: Run) -> Text:
    old = run.notes["node"]
    new = run.until(
        lambda: leader if (leader := run.leader()) != old else None,
        f"{old} still leads, or nobody does",
        f"여전히 {old}이(가) 리더이거나 리더가 없음",
        seconds=min(run.patience, 60),
    )
    elected = run.watch.mark("seen", f"{new} leads", f"{new}이(가) 리더")
    broken = run.watch.record.at("break")
    if broken is None:
        raise NotVerified("no leader was lost", "리더를 잃지 않음")
    seconds = run.healed()
    return Text(
        f"{new} led after {elected - broken:.0f} s, all tasks were elsewhere after {seconds:.0f} s",
        f"{elected - broken:.0f}초 만에 {new}이(가) 리더가 되고, {seconds:.0f}초 만에 모든 태스크가 다른 노드에서 정상이 됨",
    )


def _promote(run: Run) -> None:
    if demoted := run.notes.get("demoted"):
        decide(run, "node", "promote", demoted)
        del run.notes["demoted"]


def cleanup(run: Run) -> None:
    _promote(run)
    back(run, *([run.notes["node"]] if "node" in run.notes else []))


def prevent(run: Run) -> None:
    """One more manager is gone before: no majority is left to elect anybody."""
    gone = next(name for name in others(run, run.notes["node"]) if name != run.data_node())
    run.notes["gone"] = gone
    run.kill_node(gone)


EXERCISE = Exercise(
    name="lose-leader",
    title=Text("Lose the leader", "리더를 잃다"),
    predict=Text(
        "Who becomes the leader, how long does that take, and do users notice?",
        "누가 리더가 될까요? 얼마나 걸릴까요? 사용자가 알아차릴까요?",
    ),
    commands=["docker exec lab-n1 docker node ls", "docker kill lab-n1", "docker exec lab-n2 docker node ls"],
    hints=[
        Text(
            "Requests need no manager: managers decide where tasks run, and nothing else.",
            "요청에는 매니저가 필요 없습니다. 매니저는 태스크를 어디서 실행할지만 정합니다.",
        ),
        Text(
            "The new leader does not know when it last heard of each node: it waits longer than usual before it calls one down.",
            "새 리더는 각 노드의 소식을 마지막으로 들은 때를 모르므로, 다운으로 판단하기까지 평소보다 오래 기다립니다.",
        ),
    ],
    setup=setup,
    break_it=break_it,
    verify=verify,
    cleanup=cleanup,
    prevent=prevent,
)
