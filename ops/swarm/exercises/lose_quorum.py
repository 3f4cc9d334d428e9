"""Lose two managers of three: nobody can decide anything, and what runs goes on."""

import time

from grading.text import Text
from ops.swarm.exercises.exercise import Exercise, NotVerified, Run
from ops.swarm.exercises.nodes import back, managing, others, pause, resume
from ops.swarm.lab import NoManager, docker

SETTLE_SECONDS = 5.0


def setup(run: Run) -> None:
    # The node with the volumes is the one that stays.
    run.notes["stays"] = run.data_node()
    run.notes["dead"] = []


def break_it(run: Run) -> None:
    run.notes["dead"] = others(run, run.notes["stays"])
    for name in run.notes["dead"]:
        run.kill_node(name)
    run.notes["mute"] = run.until(
        lambda: not _decides(run), "a manager still decides", "여전히 매니저가 결정할 수 있음", 30
    )
    run.watch.mark("seen", "no quorum", "정족수 없음")


def _decides(run: Run) -> bool:
    try:
        return bool(run.lab.manager())
    except NoManager:
        return False


def recover(run: Run) -> None:
    node = run.lab.node(run.notes["stays"])
    run.watch.mark("step", "force-new-cluster", "force-new-cluster")
    docker(
        *("exec", node.container, "docker", "swarm", "init", "--force-new-cluster", "--advertise-addr", node.address),
        seconds=60,
    )


def verify(run: Run) -> Text:
    if not run.notes.get("mute"):
        raise NotVerified("no quorum was lost", "정족수를 잃지 않음")
    run.until(
        lambda: _decides(run), "no manager decides", "결정할 수 있는 매니저가 없음", seconds=min(run.patience, 30)
    )
    seconds = run.healed()
    return Text(
        f"one manager decides alone, and everything runs on its node, {seconds:.0f} s after the loss",
        f"정족수를 잃은 지 {seconds:.0f}초 만에 매니저 하나가 단독으로 결정하고, 모든 태스크가 그 노드에서 실행됨",
    )


def cleanup(run: Run) -> None:
    """Whatever was decided alone, in the end there are three again."""
    if _decides(run):
        _strangers(run)
    else:
        for name in run.notes["dead"]:
            run.start_node(name)
        run.until(lambda: _decides(run), "no manager decides", "결정할 수 있는 매니저가 없음", 120)
        back(run)
    resume(run)


def _strangers(run: Run) -> None:
    """The dead come back: they leave their old Swarm and join the new one, under new ids."""
    node = run.lab.node(run.notes["stays"])
    for name in run.notes["dead"]:
        run.start_node(name)
        old = run.lab.docker("node", "ls", "--quiet", "--filter", f"name={name}", node=node.name).split()
        token = run.lab.docker("swarm", "join-token", "--quiet", "manager", node=node.name).strip()
        other = run.lab.node(name)
        script = (
            f"until docker info >/dev/null 2>&1; do sleep 0.2; done; docker swarm leave --force; "
            f"docker swarm join --token {token} --availability drain --advertise-addr {other.address} {node.address}:2377"
        )
        docker("exec", other.container, "sh", "-c", script, seconds=90)
        for one in old:
            # It needs no demotion: the new cluster never knew it as a manager.
            run.lab.docker("node", "rm", "--force", one, node=node.name)
    back(run, *run.notes["dead"])
    # Until it is started again its engine remembers --force-new-cluster: demoted and promoted once more it would be a
    # cluster of its own, and empty.
    run.kill_node(node.name)
    back(run)
    managing(run)
    # What starts on a node in the second in which it joins, the others may never learn to reach over the overlay.
    time.sleep(SETTLE_SECONDS)


EXERCISE = Exercise(
    name="lose-quorum",
    title=Text("Lose the quorum, and recover", "정족수를 잃고 되찾기"),
    predict=Text(
        "Two of three managers die. What still works, and what does not?",
        "매니저 셋 중 둘이 죽습니다. 무엇이 계속되고 무엇이 안 될까요?",
    ),
    commands=[
        "docker kill lab-n1 lab-n2",
        "docker exec lab-n3 docker node ls",
        "docker exec lab-n3 docker swarm init --force-new-cluster --advertise-addr <address of n3>",
    ],
    hints=[
        Text(
            "The tasks on the node that is left go on. Nothing is healed: to decide, two of three must agree.",
            "남은 노드의 태스크는 계속 실행됩니다. 회복은 되지 않습니다. 결정하려면 셋 중 둘이 동의해야 합니다.",
        ),
        Text(
            "If the two come back, all is as before. If they never will: --force-new-cluster on the one that is left.",
            "둘이 돌아오면 전과 같아집니다. 돌아오지 않는다면 남은 노드에서 --force-new-cluster를 실행하세요.",
        ),
        Text(
            "The others must leave their old Swarm before they join again: docker swarm leave --force.",
            "다른 노드들은 다시 참여하기 전에 이전 Swarm에서 나와야 합니다: docker swarm leave --force.",
        ),
    ],
    setup=setup,
    break_it=break_it,
    recover=recover,
    verify=verify,
    cleanup=cleanup,
    prevent=pause,
    may_fail=1,
)
