"""O: the stack on a Swarm of three nodes, where tasks, nodes and versions come and go while a crowd of users is there."""

from __future__ import annotations

from grading.check import Phase, check
from grading.fixtures.swarm import Deployment
from grading.team import Team
from grading.text import Text, joined
from grading.timeline import Timeline
from ops.swarm import deploy, spread
from ops.swarm.deploy import Deployed
from ops.swarm.lab import Snapshot


@check(
    "O1.1",
    points=2,
    phase=Phase.SWARM,
    timeout=30,
    why={
        "en": "What runs on one machine only is gone with that machine.",
        "ko": "한 컴퓨터에서만 실행되는 것은 그 컴퓨터와 함께 사라집니다.",
    },
    hint={
        "en": "./nox -s swarm -- up <team>, then docker exec lab-n1 docker service ps --no-trunc <team>_<service> of what is not healthy. "
        "docker stack deploy knows no depends_on: what needs another must wait for it, or end and be started again.",
        "ko": "./nox -s swarm -- up <팀> 실행 후 정상이 아닌 서비스를 docker exec lab-n1 docker service ps --no-trunc <팀>_<서비스>로 보세요. "
        "docker stack deploy는 depends_on을 모릅니다. 다른 것이 필요한 서비스는 기다리거나, 끝난 뒤 다시 시작되어야 합니다.",
    },
)
def it_is_deployed_on_a_swarm(deployment: Deployment) -> Text:
    """docker stack deploy brings up every service; all replicas are healthy, and each node's edge answers.

    docker stack deploy로 모든 서비스가 뜬다. 모든 복제본이 정상이고 노드마다 입구가 응답한다.
    """
    assert deployment.failure is None, deployment.failure or ""
    deployed = deployment.deployed
    snapshot = deployed.lab.snapshot()
    number, nodes, seconds = len(deploy.services(snapshot, deployed.name)), len(snapshot.nodes), deployment.seconds
    return Text(
        f"{number} services on {nodes} nodes, healthy {seconds:.0f} s after the first image was pushed",
        f"노드 {nodes}개에 서비스 {number}개, 첫 이미지를 올린 지 {seconds:.0f}초 만에 정상",
    )


@check(
    "O1.2",
    points=1,
    phase=Phase.SWARM,
    why={
        "en": "Two replicas on one node die together.",
        "ko": "한 노드에 있는 복제본 둘은 함께 죽습니다.",
    },
    hint={
        "en": "x-swarm: {deploy: {replicas: 3}} in the service's part of compose.yaml; Swarm spreads them over the nodes.",
        "ko": "compose.yaml의 해당 서비스에 x-swarm: {deploy: {replicas: 3}}을 적으세요. Swarm이 노드에 고르게 나눕니다.",
    },
)
def no_node_holds_all_of_it(swarm: Deployed, team: Team) -> Text:
    """Edge, frontend and API each run on two nodes at least.

    입구, 프런트엔드, API가 각각 노드 두 개 이상에서 실행된다.
    """
    snapshot = swarm.lab.snapshot()
    names = [name for name in (team.services.edge, team.services.frontend, team.services.api) if name]
    found = {name: nodes_of(snapshot, swarm.service(name)) for name in names}
    alone = [
        Text(
            f"{name} runs on {', '.join(nodes) or 'no node'} only", f"{name}: {', '.join(nodes) or '없음'}에서만 실행됨"
        )
        for name, nodes in found.items()
        if len(nodes) < 2
    ]
    assert not alone, joined(list(alone))
    said = "; ".join(f"{name}: {', '.join(nodes)}" for name, nodes in found.items())
    return Text(said, said)


def nodes_of(snapshot: Snapshot, service: str) -> list[str]:
    """Names of the nodes on which healthy tasks of the service are."""
    names = {
        node["ID"]: node["Description"]["Hostname"] for node in snapshot.nodes if node["Status"]["State"] == "ready"
    }
    ids = {one["ID"] for one in snapshot.services if one["Spec"]["Name"] == service}
    tasks = deploy.running([task for task in snapshot.tasks if task["ServiceID"] in ids], set(names))
    return sorted({names[task["NodeID"]] for task in tasks})


@check(
    "O2.1",
    points=1,
    phase=Phase.SWARM,
    why={
        "en": "More users than expected are good news for those only who can add replicas while they come.",
        "ko": "예상보다 많은 사용자는, 그사이에 복제본을 늘릴 수 있는 팀에게만 좋은 소식입니다.",
    },
    hint={
        "en": "docker service scale <team>_<api>=5, then docker service ps <team>_<api>. Replicas share nothing on disk; nginx asks "
        "tasks.<service> anew (resolver 127.0.0.11 valid=1s), or it never learns of the new ones.",
        "ko": "docker service scale <팀>_<api>=5 후 docker service ps <팀>_<api>. 복제본은 디스크를 공유하지 않습니다. nginx는 "
        "tasks.<서비스>를 계속 다시 물어야(resolver 127.0.0.11 valid=1s) 새 복제본을 알게 됩니다.",
    },
)
def it_scales_up(scaled: Timeline) -> Text:
    """Two more replicas of the API become healthy and get their share of the requests; no request fails.

    API 복제본을 두 개 늘리면 정상이 되고 요청을 나누어 받는다. 실패하는 요청은 없다.
    """
    assert scaled.problem is None, scaled.problem or ""
    before, most = replicas(scaled)
    assert most >= before + 2, Text(
        f"{before} replicas became {most}, not {before + 2}",
        f"복제본 {before}개가 {before + 2}개가 아니라 {most}개가 됨",
    )
    return scaled.summary


def replicas(timeline: Timeline) -> tuple[int, int]:
    """How many healthy replicas there were at first, and the most that were seen."""
    seen = [row.replicas for row in timeline.record.rows if row.replicas is not None]
    return (seen[0], max(seen)) if seen else (0, 0)


@check(
    "O2.2",
    points=1,
    phase=Phase.SWARM,
    why={
        "en": "What can only grow is paid for at night, too.",
        "ko": "늘어나기만 하는 시스템은 한밤중에도 비용이 듭니다.",
    },
    hint={
        "en": "docker service scale <team>_<api>=3, then docker service ps <team>_<api>: the replicas that go get SIGTERM and must end "
        "within stop_grace_period.",
        "ko": "docker service scale <팀>_<api>=3 후 docker service ps <팀>_<api>. 사라질 복제본은 SIGTERM을 받고 stop_grace_period 안에 "
        "끝나야 합니다.",
    },
)
def it_scales_back(scaled_back: Snapshot, scaled: Timeline, swarm: Deployed, team: Team) -> Text:
    """Scaled back, the API has as many replicas as before, and the stack is whole.

    다시 줄이면 API 복제본은 전과 같은 수가 되고, 스택은 정상이다.
    """
    lacking = deploy.unwell(scaled_back, swarm.name)
    assert not lacking, joined(
        [Text(f"{name}: {why}", f"{name}: {Text.of(why).ko}") for name, why in sorted(lacking.items())]
    )
    before, most = replicas(scaled)
    ids = {one["ID"] for one in scaled_back.services if one["Spec"]["Name"] == swarm.service(team.services.api)}
    left = sum(task["ServiceID"] in ids and task["DesiredState"] == "running" for task in scaled_back.tasks)
    assert left == before, Text(f"{left} replicas instead of {before}", f"복제본이 {before}개가 아니라 {left}개")
    return Text(f"{most} replicas, then {left} again", f"복제본 {most}개에서 다시 {left}개로")


@check(
    "O3.1",
    points=1.5,
    phase=Phase.SWARM,
    why={
        "en": "Processes die. Who has to be woken up for it loses sleep and users.",
        "ko": "프로세스는 죽기 마련입니다. 그때마다 사람을 깨워야 한다면 잠도 사용자도 잃습니다.",
    },
    hint={
        "en": "./nox -s swarm -- exercise kill-container. restart_policy: {condition: any} starts another; nginx must ask the next replica "
        "when one does not answer (proxy_next_upstream error timeout http_502 http_503).",
        "ko": "./nox -s swarm -- exercise kill-container. restart_policy: {condition: any}가 새로 시작하고, 응답이 없으면 nginx가 다음 "
        "복제본에 물어야 합니다(proxy_next_upstream error timeout http_502 http_503).",
    },
)
def a_killed_task_is_replaced(killed_task: Timeline) -> Text:
    """A killed task of the API is replaced by itself, and no request fails meanwhile.

    죽은 API 태스크는 저절로 교체되고, 그동안 실패하는 요청이 없다.
    """
    return healed(killed_task)


def healed(timeline: Timeline) -> Text:
    """The evidence of a recovery that no user noticed."""
    assert timeline.problem is None, timeline.summary
    assert timeline.seconds is not None, Text("nothing was broken, or nothing healed", "고장이 없었거나 회복되지 않음")
    return timeline.summary


@check(
    "O3.2",
    points=2,
    phase=Phase.SWARM,
    why={
        "en": "Machines die, too, and take all that runs on them along.",
        "ko": "컴퓨터도 죽습니다. 그 위에서 실행되던 것을 모두 데리고 갑니다.",
    },
    hint={
        "en": "./nox -s swarm -- exercise kill-node. Nothing but the databases may be bound to a node; the client knows every node's "
        "address, and a write that may be sent twice is done once (an idempotency key).",
        "ko": "./nox -s swarm -- exercise kill-node. 데이터베이스 말고는 무엇도 특정 노드에 묶이면 안 됩니다. 클라이언트는 모든 노드의 주소를 "
        "알고, 두 번 보낼 수 있는 쓰기는 한 번만 처리되어야 합니다(멱등 키).",
    },
)
def the_tasks_of_a_killed_node_move(killed_node: Timeline) -> Text:
    """A killed node's tasks start on others; no read fails, no acknowledged write is lost or done twice.

    죽은 노드의 태스크는 다른 노드에서 시작된다. 실패하는 읽기도, 유실되거나 중복된 쓰기도 없다.
    """
    said = healed(killed_node)
    assert any("down" in row.nodes.values() for row in killed_node.record.rows), Text(
        "no node was seen to be down", "다운된 노드가 보이지 않음"
    )
    return said


@check(
    "O4.1",
    points=1,
    phase=Phase.SWARM,
    why={
        "en": "A replica that nobody asks costs what the others cost, and helps nobody.",
        "ko": "아무도 묻지 않는 복제본은 비용만 들고 도움이 되지 않습니다.",
    },
    hint={
        "en": "endpoint_mode: dnsrr and nginx with `resolver 127.0.0.11 valid=1s` and a variable in proxy_pass, which asks "
        "tasks.<service> each time; a name in `upstream` is looked up once, at the start.",
        "ko": "endpoint_mode: dnsrr과 함께 nginx에서 `resolver 127.0.0.11 valid=1s`와 변수를 쓴 proxy_pass로 tasks.<서비스>를 매번 "
        "물으세요. `upstream`에 적은 이름은 시작할 때 한 번만 찾습니다.",
    },
)
def every_replica_answers(shares: dict[str, float]) -> Text:
    """Requests reach every replica of the API, those too that were started elsewhere after a node died.

    요청이 API의 모든 복제본에 닿는다. 노드가 죽은 뒤 다른 곳에서 시작된 복제본도 마찬가지다.
    """
    parts = ", ".join(f"{share / len(shares):.0%}" for share in sorted(shares.values()))
    assert len(shares) > 1, Text(f"there are {len(shares)} replicas", f"복제본이 {len(shares)}개")
    answering = spread.answering(shares)
    assert answering == len(shares), Text(
        f"{answering} of {len(shares)} replicas answer: {parts}",
        f"복제본 {len(shares)}개 중 {answering}개만 응답: {parts}",
    )
    return Text(f"{len(shares)} replicas: {parts}", f"복제본 {len(shares)}개: {parts}")


@check(
    "O5.1",
    points=1.5,
    phase=Phase.SWARM,
    why={
        "en": "Who must close for a new version brings few of them, and late.",
        "ko": "새 버전마다 서비스를 멈춰야 한다면 배포는 드물고 늦어집니다.",
    },
    hint={
        "en": "./nox -s swarm -- exercise update. update_config: {order: start-first} and a health check that says ready only when it is; "
        "SIGTERM lets requests that have begun end (stop_grace_period).",
        "ko": "./nox -s swarm -- exercise update. update_config: {order: start-first}와 정말 준비됐을 때만 정상이라고 하는 헬스 체크가 필요하고, "
        "SIGTERM을 받으면 처리 중인 요청을 마쳐야 합니다(stop_grace_period).",
    },
)
def a_new_version_fails_no_request(updated: Timeline) -> Text:
    """A new version of the API replaces the old one, replica by replica, and no request fails.

    API의 새 버전이 복제본을 하나씩 교체하고, 실패하는 요청이 없다.
    """
    return healed(updated)


@check(
    "O5.2",
    points=1,
    phase=Phase.SWARM,
    why={
        "en": "A version that does not start is found out by somebody: by Swarm within seconds, or by all users.",
        "ko": "시작되지 않는 버전은 누군가 알게 됩니다. 몇 초 안에 Swarm이 알거나, 모든 사용자가 알거나.",
    },
    hint={
        "en": "./nox -s swarm -- exercise rollback. update_config: {failure_action: rollback, monitor: 10s}; docker service inspect shows "
        ".UpdateStatus.State rollback_completed.",
        "ko": "./nox -s swarm -- exercise rollback. update_config: {failure_action: rollback, monitor: 10s}. docker service inspect의 "
        ".UpdateStatus.State가 rollback_completed여야 합니다.",
    },
)
def a_broken_version_goes_back(rolled_back: Timeline) -> Text:
    """A version that cannot start is rolled back by itself, and no request fails.

    시작되지 않는 버전은 저절로 되돌려지고, 실패하는 요청이 없다.
    """
    return healed(rolled_back)
