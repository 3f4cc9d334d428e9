"""The node with the database dies: its task waits for it, and a backup is what there is."""

import tempfile
from pathlib import Path

from grading.text import Text
from ops import backup
from ops.swarm.exercises.exercise import Exercise, NotVerified, Run
from ops.swarm.exercises.nodes import back, bystander, decide, pause, resume, state
from ops.swarm.inside import Inside

# So many writes more are acknowledged between the backup and the break: they are what a backup does not hold.
SINCE = 4
LABEL = "data"


def setup(run: Run) -> None:
    run.notes["node"] = run.data_node()
    run.notes["folder"] = tempfile.TemporaryDirectory()


def prepare(run: Run) -> None:
    """A backup, and then some writes that it does not hold."""
    file = Path(run.notes["folder"].name) / "backup"
    began = run.watch.now
    backup.create(Inside(run.deployed), run.watch.team.team, file)
    run.notes["backup"] = file
    run.watch.mark("step", "backup", "백업")
    # From the moment at which pg_dump began to look, until somebody has restored it.
    run.watch.traffic.unsaved = (began, float("inf"))
    written = _acknowledged(run)
    run.until(lambda: _acknowledged(run) >= written + SINCE, "nobody writes", "쓰는 사용자가 없음", seconds=30)


def break_it(run: Run) -> None:
    node, database = run.notes["node"], run.watch.team.services.database
    run.kill_node(node)
    run.notes["killed"] = node
    run.until(lambda: state(run, node) == "down", f"{node} is not down", f"{node}이(가) 다운되지 않음", seconds=60)
    run.watch.mark("seen", f"{node} is down", f"{node} 다운 감지")
    run.notes["waited"] = run.until(
        lambda: _waiting(run, database),
        "the database's task did not wait for its node",
        "데이터베이스 태스크가 자기 노드를 기다리지 않음",
        seconds=30,
    )


def _acknowledged(run: Run) -> int:
    return sum(one.acknowledged > 0 for one in run.watch.traffic.writes)


def _waiting(run: Run, service: str) -> str:
    """What Swarm says of the task that finds no node; empty as long as there is none."""
    name = run.deployed.service(service)
    snapshot = run.lab.snapshot()
    ids = {one["ID"] for one in snapshot.services if one["Spec"]["Name"] == name}
    for task in snapshot.tasks:
        if task["ServiceID"] in ids and task["Status"]["State"] == "pending":
            # Its message is that of every task that waits a moment for the scheduler.
            return str(task["Status"].get("Err") or "")
    return ""


def recover(run: Run) -> None:
    """The label moves, an empty database starts there, and the backup is read into it."""
    if run.notes.get("restored"):
        return
    old, new = run.notes["node"], bystander(run)
    run.watch.mark("step", f"the label moves to {new}", f"레이블을 {new}(으)로 옮김")
    decide(run, "node", "update", "--label-rm", LABEL, old)
    decide(run, "node", "update", "--label-add", f"{LABEL}=true", new)
    run.notes["moved"] = new
    database = run.watch.team.services.database
    run.until(
        lambda: run.tasks(run.deployed.service(database)),
        f"no database starts on {new}",
        f"{new}에서 데이터베이스가 시작되지 않음",
        seconds=min(run.patience, 90),
    )
    backup.restore(Inside(run.deployed), run.watch.team.team, run.notes["backup"])
    run.watch.traffic.unsaved = (run.watch.traffic.unsaved or (0.0, 0.0))[0], run.watch.now
    run.notes["restored"] = run.watch.mark("step", "restored", "복원 완료")


def verify(run: Run) -> Text:
    if not run.notes.get("waited"):
        raise NotVerified("no database lost its node", "노드를 잃은 데이터베이스가 없음")
    if not run.notes.get("restored"):
        raise NotVerified(
            f"the database waits: {run.notes['waited']}", f"데이터베이스가 기다리는 중: {run.notes['waited']}"
        )
    seconds = run.healed()
    whole = run.watch.now
    run.until(
        lambda: any(one.sent > whole and one.acknowledged for one in run.watch.traffic.writes),
        "nothing can be written",
        "쓰기가 되지 않음",
    )
    return Text(
        f"the database waited ({run.notes['waited']}); from the backup it was back on {run.notes['moved']} after {seconds:.0f} s",
        f"데이터베이스는 기다리기만 함({run.notes['waited']}). 백업으로 {seconds:.0f}초 만에 {run.notes['moved']}에서 복구됨",
    )


def cleanup(run: Run) -> None:
    old = run.notes["node"]
    if not run.notes.get("restored"):
        # Nothing was put in its place: the old node comes back with all that it had.
        if moved := run.notes.get("moved"):
            decide(run, "node", "update", "--label-rm", LABEL, moved)
        decide(run, "node", "update", "--label-add", f"{LABEL}=true", old)
    # Only now: a database must not start where the label was for a moment.
    resume(run)
    back(run, old)
    if run.notes.get("restored"):
        _forget(run, old)
    run.notes["folder"].cleanup()


def _forget(run: Run, node: str) -> None:
    """Remove the old volumes: should the label ever come back, a database of yesterday must not come with it."""
    label = f"label=com.docker.stack.namespace={run.deployed.name}"
    volumes = run.docker("volume", "ls", "--quiet", "--filter", label, node=node).split()
    if volumes:
        # Containers that died with the node still name them.
        dead = [word for one in volumes for word in ("--filter", f"volume={one}")]
        if gone := run.docker("ps", "--all", "--quiet", *dead, node=node).split():
            run.docker("rm", "--force", *gone, node=node)
        run.docker("volume", "rm", *volumes, node=node)


EXERCISE = Exercise(
    name="database-node",
    title=Text("The database's node dies", "데이터베이스 노드 죽이기"),
    predict=Text(
        "The node with PostgreSQL and Redis dies. Does Swarm start them elsewhere, and what would be in them?",
        "PostgreSQL과 Redis가 있는 노드가 죽습니다. Swarm이 다른 노드에서 시작할까요? 그 안에는 무엇이 들어 있을까요?",
    ),
    commands=[
        "docker exec $(docker ps -q -f label=com.docker.swarm.service.name=blog_postgres) pg_dump --format=custom -d blog > backup",
        "docker kill lab-n3",
        "docker service ps blog_postgres",
        "docker node update --label-rm data n3",
        "docker node update --label-add data=true n2",
        "docker exec -i $(docker ps -q -f label=com.docker.swarm.service.name=blog_postgres) pg_restore --clean --if-exists --single-transaction -d blog < backup",
    ],
    hints=[
        Text(
            "docker service ps blog_postgres says `no suitable node`: the constraint node.labels.data == true fits no living node. "
            "docker service ls may still say 1/1.",
            "docker service ps blog_postgres에 `no suitable node`라고 나옵니다. node.labels.data == true 조건에 맞는 살아 있는 노드가 없습니다. "
            "docker service ls는 그래도 1/1이라고 할 수 있습니다.",
        ),
        Text(
            "If the node comes back, so does everything. If it never will, give its label to another: the database starts there, empty.",
            "노드가 돌아오면 모두 돌아옵니다. 돌아오지 않는다면 레이블을 다른 노드로 옮기세요. 데이터베이스가 거기서 빈 상태로 시작됩니다.",
        ),
        Text(
            "Restore the backup. What was written after it is gone, although users had been told that it was saved: "
            "the time between two backups is what you are willing to lose.",
            "백업을 복원하세요. 백업 이후의 쓰기는 사용자에게 저장되었다고 알렸더라도 사라집니다. 백업 간격이 곧 잃어도 되는 시간입니다.",
        ),
        Text(
            "Before the old node may hold data again its volume must go: docker volume rm blog_postgres, on that node.",
            "이전 노드에 다시 데이터를 두려면 그 노드에서 먼저 옛 볼륨을 지워야 합니다: docker volume rm blog_postgres.",
        ),
    ],
    setup=setup,
    prepare=prepare,
    break_it=break_it,
    recover=recover,
    verify=verify,
    cleanup=cleanup,
    prevent=pause,
    may_fail=1,
)
