"""Cut the network in two: one node here, the majority there, and both sides run on."""

import subprocess

from grading.text import Text
from ops.failure import Failure
from ops.swarm.exercises.exercise import Exercise, NotVerified, Run
from ops.swarm.exercises.nodes import bystander, pause, resume, state, working
from ops.swarm.lab import docker

# All that comes in at, or goes out of, the node's network card is thrown away, as with the cable pulled: no answer, no refusal.
RULES = (["raw", "PREROUTING", "-i"], ["mangle", "POSTROUTING", "-o"])


def setup(run: Run) -> None:
    run.notes["node"] = bystander(run)


def break_it(run: Run) -> None:
    node = run.notes["node"]
    _cable(run, "-I")
    run.notes["cut"] = True
    run.until(lambda: state(run, node) == "down", f"{node} is not down", f"{node}이(가) 다운되지 않음", seconds=40)
    run.watch.mark("seen", f"the majority takes {node} for dead", f"다수 쪽이 {node}을(를) 죽은 것으로 판단")
    run.notes["seconds"] = run.healed()
    # Both at the same moment: the majority is whole, and the cut node still runs what it ran.
    run.notes["both"] = working(run, node)
    run.notes["mute"] = not _decides(run, node)


def _decides(run: Run, node: str) -> bool:
    """Whether the node, a manager, can decide anything: here, to give somebody a label."""
    try:
        run.docker("node", "update", "--label-add", "alone=true", node, node=node, seconds=30)
    except (Failure, subprocess.TimeoutExpired):
        return False
    return True


def _cable(run: Run, action: str) -> None:
    """Put the rules in (-I) or take them out (-D)."""
    for table, chain, way in RULES:
        rule = ["-t", table, action, chain, way, "eth0", "-j", "DROP"]
        docker("exec", run.lab.node(run.notes["node"]).container, "iptables", *rule)


def recover(run: Run) -> None:
    if run.notes.pop("cut", None):
        run.watch.mark("step", "the cable is in again", "케이블을 다시 꽂음")
        _cable(run, "-D")


def verify(run: Run) -> Text:
    node = run.notes["node"]
    if not run.notes.get("both"):
        raise NotVerified("no node was cut off", "끊어진 노드가 없음")
    if not run.notes["mute"]:
        raise NotVerified(f"{node} decided alone", f"{node}이(가) 혼자 결정을 내림")
    run.until(
        lambda: state(run, node) == "ready" and _of_one_mind(run, node),
        f"{node} does not run what the managers think it runs",
        f"{node}에서 실행 중인 것이 매니저가 아는 것과 다름",
    )
    run.healed()
    return Text(
        f"{run.notes['seconds']:.0f} s after the cut the majority had replaced everything, {node} could decide nothing, and "
        "stopped its own copies when the network was back",
        f"네트워크가 끊기고 {run.notes['seconds']:.0f}초 만에 다수 쪽이 모두 대체함. {node}은(는) 아무 결정도 내리지 못했고, "
        "네트워크가 이어지자 자기 쪽 복사본을 멈춤",
    )


def _of_one_mind(run: Run, node: str) -> bool:
    """The containers on the node are those of the tasks that the managers want there."""
    label = "label=com.docker.swarm.task.id"
    there = run.docker("ps", "--filter", label, "--format", '{{.Label "com.docker.swarm.task.id"}}', node=node).split()
    ids = {id for id, name in run.names().items() if name == node}
    wanted = {
        task["ID"]
        for task in run.lab.snapshot().tasks
        if task.get("NodeID") in ids and task["DesiredState"] == "running"
    }
    return set(there) == wanted


def cleanup(run: Run) -> None:
    recover(run)
    node = run.notes["node"]
    run.until(lambda: state(run, node) == "ready", f"{node} does not come back", f"{node}이(가) 돌아오지 않음", 120)
    resume(run)


EXERCISE = Exercise(
    name="partition",
    title=Text("Cut the network in two", "네트워크 끊기"),
    predict=Text(
        "One node of three is cut off, and goes on. How many replicas run meanwhile, and who may decide?",
        "노드 셋 중 하나가 네트워크에서 끊기지만 계속 실행됩니다. 그동안 복제본은 몇 개가 실행되고, 누가 결정할 수 있을까요?",
    ),
    commands=[
        "docker exec lab-n2 iptables -t raw -I PREROUTING -i eth0 -j DROP",
        "docker exec lab-n2 iptables -t mangle -I POSTROUTING -o eth0 -j DROP",
        "docker exec lab-n1 docker node ls",
        "docker exec lab-n2 docker node ls",
        "docker exec lab-n2 docker ps",
    ],
    hints=[
        Text(
            "To the majority a node that is cut off looks like a dead one: it starts the tasks anew. So they run twice.",
            "다수 쪽에서는 끊어진 노드와 죽은 노드를 구별할 수 없어 태스크를 새로 시작합니다. 그래서 태스크가 양쪽에서 실행됩니다.",
        ),
        Text(
            "The cut node has no majority, so it decides nothing; without the database its copies can do no harm either.",
            "끊어진 노드는 과반이 아니므로 아무것도 결정하지 못합니다. 데이터베이스에 닿지 못하므로 복사본이 해를 끼칠 수도 없습니다.",
        ),
        Text(
            "Put the cable in again: the same two commands with -D instead of -I. The node learns what was decided, and obeys.",
            "케이블을 다시 꽂으려면 같은 두 명령에서 -I를 -D로 바꾸세요. 노드는 그동안의 결정을 전달받아 따릅니다.",
        ),
        Text(
            "Nobody may lead for some seconds then: the node has called for an election all the while, and when it is heard the others "
            "hold one.",
            "그 뒤 몇 초 동안 리더가 없을 수 있습니다. 끊겨 있던 노드가 그동안 계속 선거를 요구했고, 그 요구가 닿으면 "
            "다른 노드들이 다시 선거를 하기 때문입니다.",
        ),
    ],
    setup=setup,
    break_it=break_it,
    recover=recover,
    verify=verify,
    cleanup=cleanup,
    prevent=pause,
    # When the cable is in again, the edge that was cut off hears users for half a second before it finds a replica: 502.
    may_fail=0.01,
)
