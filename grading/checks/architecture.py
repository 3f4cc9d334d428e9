"""A1: frontend, API, worker and nginx, each doing its part."""

from __future__ import annotations

from grading.check import NotChecked, check
from grading.edge import Edge, describe
from grading.fixtures.stack import Start
from grading.stack import Stack, eventually
from grading.team import Team
from grading.text import Text
from grading.usage import Usage
from grading.world import unique

LOG_SECONDS = 5.0


@check(
    "A1.1",
    points=1,
    timeout=30,
    why={
        "en": "A stack that comes up only after a second try comes up for its author alone.",
        "ko": "두 번은 시도해야 뜨는 스택은 만든 사람에게서만 뜹니다.",
    },
    hint={
        "en": "docker compose -f teams/<team>/compose.yaml up --build --wait, then docker compose ps -a and docker compose logs of what is "
        "not healthy. depends_on: {condition: service_healthy} says who waits for whom.",
        "ko": "docker compose -f teams/<팀>/compose.yaml up --build --wait 후 docker compose ps -a, 정상이 아닌 것은 docker compose logs. "
        "depends_on: {condition: service_healthy}로 누가 누구를 기다리는지 정하세요.",
    },
)
def the_stack_starts(start: Start) -> Text:
    """The whole stack starts, and every service becomes healthy.

    스택 전체가 시작되고 모든 서비스가 정상이 된다.
    """
    assert start.failure is None, start.failure or ""
    number = len(start.stack.services)
    return Text(f"{number} services in {start.seconds:.0f} s", f"서비스 {number}개, {start.seconds:.0f}초")


def _served_by(stack: Stack, edge: Edge, path: str, service: str) -> Text | None:
    """None if nginx's own log says that this service answered the path; else what is wrong."""
    mark = f"grade-{unique()}"
    reply = edge.send("GET", path, headers={"X-Request-ID": mark, "Accept": "text/html,*/*"})
    if reply.status_code != 200:
        return Text(describe(reply), describe(reply))
    addresses = {
        str(network["IPAddress"])
        for container in stack.containers(service)
        for network in container.inspected["NetworkSettings"]["Networks"].values()
    }

    def line() -> str:
        return next((one for one in stack.logs(stack_edge(stack)) if mark in one), "")

    found = eventually(line, LOG_SECONDS)
    if not found:
        return Text("the edge's log has no line of it", "입구의 로그에 해당 줄이 없음")
    if not any(f"{address}:" in found for address in addresses if address):
        return Text(f"answered by another: {found[:200]}", f"다른 곳이 응답함: {found[:200]}")
    return None


def stack_edge(stack: Stack) -> str:
    """The service that publishes the edge's port."""
    port = str(stack.place.ports["EDGE_HTTPS_PORT"])
    for name in stack.services:
        if any(one.endswith(f":{port}") for one in stack.published(name)):
            return name
    raise AssertionError(Text("nothing publishes the edge's port", "입구 포트를 공개한 서비스가 없음"))


@check(
    "A1.2",
    points=0.5,
    why={
        "en": "Users see the frontend and nothing else.",
        "ko": "사용자에게 보이는 것은 프런트엔드뿐입니다.",
    },
    hint={
        "en": "A service <team>-frontend that serves the built files on 8443, named in team.yaml as services.frontend.",
        "ko": "빌드한 파일을 8443 포트로 제공하는 <팀>-frontend 서비스를 만들고 team.yaml의 services.frontend에 적으세요.",
    },
)
def frontend_is_served(stack: Stack, edge: Edge, team: Team) -> Text:
    """The frontend's page is served through the edge.

    프런트엔드 페이지가 입구를 통해 제공된다.
    """
    frontend = team.services.frontend
    if not frontend:
        raise NotChecked(Text("team.yaml declares no frontend", "team.yaml에 프런트엔드가 없음"))
    stack.container(frontend)
    wrong = _served_by(stack, edge, "/", frontend)
    assert wrong is None, wrong or ""
    page = edge.send("GET", "/")
    kind = page.headers.get("content-type", "")
    assert kind.startswith("text/html"), Text(f"/ is {kind}", f"/의 형식: {kind}")
    assert "<script" in page.text, Text("/ runs no program", "/에 스크립트가 없음")
    return Text(f"{len(page.content)} bytes from {frontend}", f"{frontend}의 {len(page.content)}바이트")


@check(
    "A1.3",
    points=0.5,
    why={
        "en": "What goes past the edge goes past its TLS, its limits and its log.",
        "ko": "입구를 거치지 않는 것은 TLS와 제한과 로그도 거치지 않습니다.",
    },
    hint={
        "en": "Only nginx publishes ports; it proxies /api/ to the API by its service name and logs which upstream answered.",
        "ko": "포트는 nginx만 공개하고, /api/를 서비스 이름으로 API에 넘기며, 어느 upstream이 답했는지 기록하세요.",
    },
)
def api_answers_behind_the_edge(stack: Stack, edge: Edge, team: Team) -> Text:
    """Nginx serves the API: its own log says that the API's container answered.

    Nginx가 API를 제공한다. API 컨테이너가 답했다고 nginx 로그에 남는다.
    """
    wrong = _served_by(stack, edge, "/api/health", team.services.api)
    assert wrong is None, wrong or ""
    published = stack.published(team.services.api)
    assert not published, Text(
        f"{team.services.api} publishes {published}", f"{team.services.api}이(가) {published}을(를) 공개함"
    )
    return Text(f"{team.services.edge} -> {team.services.api}", f"{team.services.edge} -> {team.services.api}")


@check(
    "A1.4",
    points=0.5,
    why={
        "en": "Work that the API does itself makes its user wait, and is lost when the container is.",
        "ko": "API가 직접 하는 작업은 사용자를 기다리게 하고, 컨테이너와 함께 사라집니다.",
    },
    hint={
        "en": "The route only enqueues (task.delay after the commit) and answers 202; docker compose logs <team>-worker shows the task.",
        "ko": "경로는 큐에 넣기만 하고(커밋 뒤 task.delay) 202로 답하세요. docker compose logs <팀>-worker에 작업이 보여야 합니다.",
    },
)
def a_task_ran_in_the_worker(usage: Usage, stack: Stack, team: Team) -> Text:
    """A task really ran in the worker: its figures moved, its log tells of it, its result is there.

    작업이 정말 워커에서 실행되었다. 지표가 움직이고 로그에 남고 결과가 있다.
    """
    worker, uploaded = team.services.worker, usage.uploaded
    assert worker, Text("team.yaml names no worker", "team.yaml에 워커가 없음")
    assert uploaded, Text("nothing was uploaded", "업로드한 것이 없음")
    assert uploaded.state == team.upload.ready, Text(
        f"the upload is {uploaded.state}", f"업로드 상태: {uploaded.state}"
    )
    still = usage.still("tasks", "task durations")
    assert not still, still[0]
    lines = [line for line in stack.logs(worker) if uploaded.request_id in line]
    assert lines, Text("the worker's log does not tell of it", "워커 로그에 없음")
    assert stack.container(worker).id != stack.container(team.services.api).id, "worker and API are one container"
    said = f"{len(uploaded.urls)} images, tasks +{usage.moved('tasks'):g}"
    return Text(said, f"이미지 {len(uploaded.urls)}개, 작업 +{usage.moved('tasks'):g}")
