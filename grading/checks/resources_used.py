"""P4, P5, P6: limits of every container, speed and memory under load."""

from __future__ import annotations

from collections.abc import Callable

from grading import kernel
from grading.check import NotChecked, Phase, check
from grading.compose import CEILING_MEMORY, CEILING_PIDS
from grading.fixtures.load import Loads
from grading.load import GOAL_MILLISECONDS, REQUESTS, Load
from grading.stack import Stack
from grading.text import Text

MOST_MEMORY = 512 * 10**6


def _limits(stack: Stack, read: Callable[[kernel.Limits], float | None]) -> dict[str, float | None]:
    found = {}
    for container in stack.visible():
        found[container.service] = read(kernel.limits(container.pid))
    return found


@check(
    "P4.1",
    points=1,
    why={
        "en": "One leak without a limit takes the memory of all, and the kernel then kills whoever it likes.",
        "ko": "제한 없는 누수 하나가 모두의 메모리를 가져가고, 커널은 아무나 죽입니다.",
    },
    hint={
        "en": "compose.yaml, on the service: deploy: {resources: {limits: {memory: 256M}}}",
        "ko": "compose.yaml의 서비스에: deploy: {resources: {limits: {memory: 256M}}}",
    },
)
def memory_is_limited(stack: Stack) -> Text:
    """The kernel limits the memory of every container.

    커널이 모든 컨테이너의 메모리를 제한한다.
    """
    found = _limits(stack, lambda one: one.memory)
    without = [name for name, limit in found.items() if limit is None or abs(limit - CEILING_MEMORY) < 1 << 16]
    assert not without, Text(f"no memory limit: {', '.join(without)}", f"메모리 제한 없음: {', '.join(without)}")
    total = sum(limit or 0 for limit in found.values()) / 2**20
    return Text(f"{len(found)} containers, {total:.0f} MiB together", f"컨테이너 {len(found)}개, 합계 {total:.0f} MiB")


@check(
    "P4.2",
    points=0.5,
    why={
        "en": "A loop in one container must not take every core from the others.",
        "ko": "한 컨테이너의 무한 반복이 다른 컨테이너의 코어를 모두 가져가서는 안 됩니다.",
    },
    hint={
        "en": "compose.yaml, on the service: deploy: {resources: {limits: {cpus: '0.5'}}}",
        "ko": "compose.yaml의 서비스에: deploy: {resources: {limits: {cpus: '0.5'}}}",
    },
)
def processors_are_limited(stack: Stack) -> Text:
    """The kernel limits the processor time of every container.

    커널이 모든 컨테이너의 프로세서 시간을 제한한다.
    """
    found = _limits(stack, lambda one: one.cpus)
    without = [name for name, limit in found.items() if limit is None]
    assert not without, Text(f"no processor limit: {', '.join(without)}", f"프로세서 제한 없음: {', '.join(without)}")
    return Text(
        ", ".join(f"{name} {limit:g}" for name, limit in found.items()),
        ", ".join(f"{name} {limit:g}" for name, limit in found.items()),
    )


@check(
    "P4.3",
    points=1,
    why={
        "en": "A fork bomb needs no memory and no time to stop a machine, only process ids.",
        "ko": "포크 폭탄은 메모리도 시간도 필요 없이 프로세스 번호만으로 머신을 멈춥니다.",
    },
    hint={
        "en": "compose.yaml, on the service: deploy: {resources: {limits: {pids: 64}}}",
        "ko": "compose.yaml의 서비스에: deploy: {resources: {limits: {pids: 64}}}",
    },
)
def processes_are_limited(stack: Stack) -> Text:
    """The kernel limits the number of processes of every container.

    커널이 모든 컨테이너의 프로세스 수를 제한한다.
    """
    found = _limits(stack, lambda one: one.pids)
    without = [name for name, limit in found.items() if limit is None or limit == CEILING_PIDS]
    assert not without, Text(
        f"no limit of processes: {', '.join(without)}", f"프로세스 수 제한 없음: {', '.join(without)}"
    )
    most = max(int(limit or 0) for limit in found.values())
    return Text(f"at most {most} in {len(found)} containers", f"컨테이너 {len(found)}개, 최대 {most}개")


# Above this, a slow answer says nothing about the application.
BUSY = 0.25


def _fast(load: Load) -> Text:
    if not load.good and not load.failed and load.disturbed > BUSY:
        share = f"{load.disturbed:.0%}"
        raise NotChecked(
            Text(
                f"p95 {load.p95:g} ms, while other programs took {share} of this machine; measure again when it is quiet",
                f"p95 {load.p95:g} ms. 다른 프로그램이 이 머신의 {share}을(를) 쓰고 있었습니다. 조용할 때 다시 측정하세요",
            )
        )
    assert load.complete == REQUESTS, Text(
        f"{load.complete} of {REQUESTS} done", f"{REQUESTS}건 중 {load.complete}건 완료"
    )
    assert not load.failed, Text(f"{load.failed} of {REQUESTS} failed", f"{REQUESTS}건 중 {load.failed}건 실패")
    assert load.p95 < GOAL_MILLISECONDS, Text(f"p95 {load.p95:g} ms", f"p95 {load.p95:g} ms")
    said = f"p50 {load.p50:g} ms, p95 {load.p95:g} ms, {load.rate:.0f}/s"
    return Text(said, said)


WHY = {
    "en": "Above 200 ms people notice that they wait; the slowest twentieth are the ones who leave.",
    "ko": "200 ms를 넘으면 사람은 기다린다고 느낍니다. 가장 느린 5%를 겪은 사람이 떠납니다.",
}


@check(
    "P5.1",
    points=1,
    phase=Phase.LOAD,
    timeout=120,
    why=WHY,
    hint={
        "en": "Measure: ab -l -n 1000 -c 10 https://localhost:8443/api/health. Keep connections to PostgreSQL and Redis open "
        "in a pool, and keepalive between nginx and the API.",
        "ko": "측정: ab -l -n 1000 -c 10 https://localhost:8443/api/health. PostgreSQL과 Redis 연결을 풀로 유지하고, "
        "nginx와 API 사이에 keepalive를 쓰세요.",
    },
)
def health_is_fast(loads: Loads) -> Text:
    """Of 1,000 health requests by 10 clients none fails and 95 % take less than 200 ms.

    클라이언트 10개의 헬스 요청 1,000건이 모두 성공하고 95%가 200 ms 안에 끝난다.
    """
    return _fast(loads.health)


@check(
    "P5.2",
    points=1,
    phase=Phase.LOAD,
    timeout=120,
    why=WHY,
    hint={
        "en": "Measure: ab -l -n 1000 -c 10 on the list. Serve it from Redis, and count the SQL statements of a miss.",
        "ko": "목록 측정: ab -l -n 1000 -c 10. Redis에서 제공하고, 캐시 실패 때의 SQL 문 수를 세어 보세요.",
    },
)
def list_is_fast(loads: Loads) -> Text:
    """Of 1,000 requests for the list none fails and 95 % take less than 200 ms.

    목록 요청 1,000건이 모두 성공하고 95%가 200 ms 안에 끝난다.
    """
    return _fast(loads.cached)


@check(
    "P5.3",
    points=1,
    phase=Phase.LOAD,
    timeout=120,
    why={
        "en": "A cache hides a slow query until the day it is empty, which is the day of the crowd.",
        "ko": "캐시는 비는 날까지 느린 질의를 숨깁니다. 비는 날은 사람이 몰리는 날입니다.",
    },
    hint={
        "en": "Load what the list shows with a fixed number of statements (joins, selectinload), and index what it sorts by.",
        "ko": "목록에 보이는 것을 정해진 수의 SQL로(조인, selectinload) 읽고, 정렬 기준에 색인을 두세요.",
    },
)
def list_is_fast_uncached(loads: Loads) -> Text:
    """Also without the cache 95 % of the list requests take less than 200 ms.

    캐시 없이도 목록 요청의 95%가 200 ms 안에 끝난다.
    """
    hits = f"{loads.hits:g}"
    assert loads.hits < REQUESTS / 10, Text(
        f"team.yaml's cache.uncached is answered from the cache: {hits} hits",
        f"team.yaml의 cache.uncached가 캐시에서 응답됨: 적중 {hits}번",
    )
    return _fast(loads.uncached)


@check(
    "P6.1",
    points=1,
    phase=Phase.LOAD,
    timeout=120,
    why={
        "en": "What needs more than 512 MB does not fit beside the others on a small node.",
        "ko": "512 MB를 넘는 컨테이너는 작은 노드에 다른 것과 함께 들어가지 못합니다.",
    },
    hint={
        "en": "docker stats shows it. Fewer worker processes, streams instead of lists in memory, argon2 with m=19 MiB.",
        "ko": "docker stats로 보세요. 워커 프로세스를 줄이고, 메모리의 목록 대신 스트림을 쓰고, argon2는 m=19 MiB로.",
    },
)
def memory_stays_low(loads: Loads) -> Text:
    """Under that load every container stays below 512 MB.

    그 부하에서 모든 컨테이너가 512 MB 미만이다.
    """
    large = {name: peak for name, peak in loads.peaks.items() if peak >= MOST_MEMORY}
    shown = ", ".join(f"{name} {peak / 1e6:.0f} MB" for name, peak in large.items())
    assert not large, Text(f"above 512 MB: {shown}", f"512 MB 초과: {shown}")
    name, peak = max(loads.peaks.items(), key=lambda one: one[1])
    return Text(f"the most: {name} {peak / 1e6:.0f} MB", f"최대: {name} {peak / 1e6:.0f} MB")


@check(
    "P6.2",
    points=1,
    phase=Phase.LOAD,
    timeout=120,
    why={
        "en": "A limit that is too tight shows as a process that is gone: requests cut, tasks begun anew.",
        "ko": "너무 빡빡한 제한은 사라진 프로세스로 나타납니다. 요청이 끊기고 작업이 처음부터 다시 시작됩니다.",
    },
    hint={
        "en": "docker inspect -f '{{.State.OOMKilled}} {{.RestartCount}}' <container>; give it more memory or need less.",
        "ko": "docker inspect -f '{{.State.OOMKilled}} {{.RestartCount}}' <컨테이너>. 메모리를 더 주거나 덜 쓰게 하세요.",
    },
)
def nothing_was_killed(stack: Stack, loads: Loads) -> Text:
    """No process was killed for want of memory and no container restarted.

    메모리가 모자라 죽은 프로세스도, 다시 시작된 컨테이너도 없다.
    """
    wrong = []
    for container in stack.containers(all=True):
        kills = kernel.out_of_memory_kills(container.pid) if container.running else 0
        if kills or container.restarts or container.inspected["State"]["OOMKilled"]:
            wrong.append(f"{container.service}: {kills} kills, {container.restarts} restarts")
    assert not wrong, Text("; ".join(wrong), "; ".join(wrong))
    return Text("none", "없음")
