"""M3: health checks that tell the truth."""

from __future__ import annotations

from grading.check import NotChecked, Phase, check
from grading.outage import Outage, named, probes
from grading.stack import Stack
from grading.team import Team
from grading.text import Text, joined


@check(
    "M3.1",
    points=1,
    why={
        "en": "Without a health check the engine, Swarm and next week's Kubernetes take a process that hangs for one that works.",
        "ko": "헬스 체크가 없으면 엔진도 Swarm도 다음 주의 Kubernetes도 멈춰 버린 프로세스를 정상으로 여깁니다.",
    },
    hint={
        "en": 'HEALTHCHECK CMD ["/usr/local/bin/probe", "https", "8000", "/api/health/ready"] in the Dockerfile, or healthcheck: in '
        "compose.yaml. docker inspect --format '{{json .State.Health}}' <container> shows what it says.",
        "ko": 'Dockerfile에 HEALTHCHECK CMD ["/usr/local/bin/probe", "https", "8000", "/api/health/ready"], 또는 compose.yaml에 '
        "healthcheck:. docker inspect --format '{{json .State.Health}}' <컨테이너>로 결과를 보세요.",
    },
)
def every_service_has_one(stack: Stack, spared: dict[str, str]) -> Text:
    """Every service has a health check, which runs without a shell and is healthy.

    모든 서비스에 헬스 체크가 있고, 셸 없이 실행되며, 정상이다.
    """
    wrong, seen = [], 0
    for container in stack.containers():
        if container.service in spared:
            continue
        test = (container.inspected["Config"].get("Healthcheck") or {}).get("Test") or []
        last = probes(container)[-1:]
        if not test or test[0] == "NONE":
            wrong.append(Text(f"{container.service} has none", f"{container.service}: 없음"))
        elif test[0] == "CMD-SHELL":
            wrong.append(Text(f"{container.service} needs a shell for it", f"{container.service}: 셸이 필요함"))
        elif _always(test[1:]):
            wrong.append(
                Text(
                    f"{container.service}: {' '.join(test[1:])} asks nobody", f"{container.service}: 아무것도 묻지 않음"
                )
            )
        elif container.health != "healthy" or not last:
            wrong.append(Text(f"{container.service} is {container.health}", f"{container.service}: {container.health}"))
        seen += 1
    assert not wrong, joined(list(wrong))
    return Text(f"{seen} services healthy", f"서비스 {seen}개 정상")


def _always(command: list[str]) -> bool:
    """A command that cannot fail."""
    return not command or command[0].rpartition("/")[2] in ("true", "echo", ":", "exit", "sleep")


@check(
    "M3.2",
    points=1,
    phase=Phase.DISTURBING,
    why={
        "en": "A replica that cannot reach its database must get no requests; one that is killed for it would be killed again and "
        "again, and help nobody.",
        "ko": "데이터베이스에 닿지 못하는 복제본은 요청을 받으면 안 됩니다. 그렇다고 죽이면 계속 죽기만 하고 아무에게도 도움이 안 됩니다.",
    },
    hint={
        "en": "HEALTHCHECK asks /api/health/ready, which asks PostgreSQL and Redis (1 s each) and answers 503 with "
        '{"checks": {"database": "down: ...", "redis": "ok"}}; /api/health/live touches nothing.',
        "ko": "HEALTHCHECK는 /api/health/ready를 묻고, 이것이 PostgreSQL과 Redis에 각각 1초 안에 물어 503과 함께 "
        '{"checks": {"database": "down: ...", "redis": "ok"}}로 답합니다. /api/health/live는 아무것도 건드리지 않습니다.',
    },
)
def api_says_what_is_down(outage: Outage, team: Team) -> Text:
    """With Redis or PostgreSQL stopped the API turns unhealthy, names what is down and stays alive; then it recovers.

    Redis나 PostgreSQL이 멈추면 API는 unhealthy가 되고 무엇이 멈췄는지 말하며 살아 있다. 그리고 회복한다.
    """
    api, first, second = team.services.api, outage.first, outage.second
    for seen, down in ((outage.one, {first}), (outage.both, {first, second}), (outage.other, {second})):
        names = " + ".join(sorted(down))
        assert seen.ready == 503, Text(
            f"{names} stopped: readiness answers {seen.ready}", f"{names} 중지: readiness가 {seen.ready}로 응답"
        )
        assert named(seen.said) == down, Text(
            f"{names} stopped: readiness says {seen.said[:200]}", f"{names} 중지: readiness의 답은 {seen.said[:200]}"
        )
        assert seen.live == 200, Text(
            f"{names} stopped: liveness answers {seen.live}", f"{names} 중지: liveness가 {seen.live}로 응답"
        )
    health = outage.one.health.get(api)
    assert health == "unhealthy", Text(f"{first} stopped: {api} is {health}", f"{first} 중지: {api}은(는) {health}")
    assert outage.probe_failed, Text(
        f"{second} stopped: the health check of {api} still succeeds", f"{second} 중지: {api}의 헬스 체크가 계속 성공함"
    )
    assert outage.back is None, outage.back or ""
    seconds = outage.one.seconds.get(api, 0.0)
    return Text(
        f"unhealthy after {seconds:.0f} s, all well {outage.back_after:.0f} s after the start of what was stopped",
        f"{seconds:.0f}초 뒤 unhealthy, 다시 시작한 지 {outage.back_after:.0f}초 만에 모두 정상",
    )


@check(
    "M3.3",
    points=0.5,
    phase=Phase.DISTURBING,
    why={
        "en": "A worker that lost its queue looks busy and does nothing; nobody notices until users ask where their images are.",
        "ko": "큐를 잃은 워커는 바빠 보이지만 아무 일도 하지 않습니다. 사용자가 이미지를 찾을 때까지 아무도 모릅니다.",
    },
    hint={
        "en": "Touch a file from a Celery bootstep as long as the broker answers, and let the health check look at its age: "
        "[CMD, /usr/local/bin/probe, file, /tmp/worker.heartbeat, '20'].",
        "ko": "브로커가 응답하는 동안 Celery bootstep에서 파일을 갱신하고, 헬스 체크가 그 나이를 보게 하세요: "
        "[CMD, /usr/local/bin/probe, file, /tmp/worker.heartbeat, '20'].",
    },
)
def worker_says_it_too(outage: Outage, team: Team) -> Text:
    """With Redis stopped worker and scheduler turn unhealthy, and recover by themselves.

    Redis가 멈추면 워커와 스케줄러도 unhealthy가 되고, 스스로 회복한다.
    """
    services = [name for name in (team.services.worker, team.services.scheduler) if name]
    if not services:
        raise NotChecked(Text("team.yaml names no worker", "team.yaml에 워커가 없음"))
    wrong = [
        f"{one} is {outage.both.health.get(one)}" for one in services if outage.both.health.get(one) != "unhealthy"
    ]
    stopped = f"{outage.first} stopped for {outage.waited:.0f} s: "
    assert not wrong, Text(stopped + ", ".join(wrong), f"{outage.first} {outage.waited:.0f}초 중지: {', '.join(wrong)}")
    assert outage.back is None, outage.back or ""
    after = ", ".join(f"{one} after {outage.both.seconds.get(one, 0):.0f} s" for one in services)
    return Text(f"unhealthy: {after}", f"unhealthy: {after}")
