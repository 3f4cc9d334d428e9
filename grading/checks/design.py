"""A2: the design document, held against what was built."""

from __future__ import annotations

import re
from typing import Any

from grading import design, kernel
from grading.check import Phase, check
from grading.design import Claim, Document
from grading.images import Image
from grading.prometheus import Prometheus
from grading.stack import Stack
from grading.submission import Submission
from grading.team import Team
from grading.text import Text, joined

# The course's template: what a label must match, and its name in messages.
TOPICS = {
    "team / 팀": r"^team|^팀",
    "project / 프로젝트": r"project|프로젝트",
    "frontend / 프런트엔드": r"front.?end|프런트엔드|프론트엔드",
    "backend / 백엔드": r"back.?end|백엔드",
    "database / 데이터베이스": r"database|데이터베이스|DB",
    "cache / 캐시": r"cache|캐시",
    "monitoring / 모니터링": r"monitoring|모니터링",
    "containers / 컨테이너": r"container|컨테이너",
    "image size goal / 이미지 크기 목표": r"image.*(goal|target|size|MB)|이미지.*(목표|크기)",
    "persistence / 데이터 지속성": r"persist|volume|지속|영속|볼륨",
    "cache strategy / 캐시 전략": r"(cache|caching).*(strategy|plan)|캐시.*(전략|계획)",
    "metrics plan / 지표 계획": r"metric|지표|메트릭",
    "image scanner / 이미지 스캐너": r"scan|스캔|스캐너|검사",
    "runtime settings / 실행 설정": r"run.?time|실행|런타임",
    "encryption / 암호화": r"encrypt|TLS|암호화",
    "response goal / 응답 목표": r"response|latency|응답",
    "memory goal / 메모리 목표": r"memory|메모리",
}
GOALS = {"200 ms": r"200\s*(ms|밀리초)", "100 MB": r"100\s*(MB|메가)", "512 MB": r"512\s*(MB|MiB|메가)"}

HINT = {
    "en": "Write teams/<team>/DESIGN.md: one table whose first column names each Compose service, with the columns "
    "'Image (MB)' (within 10 %), 'Memory limit (MB)', 'CPU limit', 'Process limit'; a label (heading, table row or **bold:**) for each "
    "topic of the template. Figures: docker image ls; docker inspect -f '{{.HostConfig.Memory}}' <container>.",
    "ko": "teams/<팀>/DESIGN.md를 쓰세요. 첫 열이 Compose 서비스 이름이고 '이미지(MB)'(오차 10 % 이내), '메모리 제한(MB)', 'CPU 제한', '프로세스 제한' "
    "열이 있는 표 하나, 그리고 양식의 항목마다 이름(제목, 표의 행, **굵은 글씨:**) 하나. 값은 docker image ls와 "
    "docker inspect -f '{{.HostConfig.Memory}}' <컨테이너>로 확인하세요.",
}


def document(submission: Submission, team: Team) -> tuple[Document, str]:
    """The team's design document and its text. AssertionError if there is none."""
    file = submission.folder / team.design
    assert file.is_file(), Text(f"there is no {team.design}", f"{team.design}이(가) 없음")
    text = file.read_text("utf-8", errors="replace")
    return design.read(text), text


@check(
    "A2.1",
    points=0.5,
    phase=Phase.FILES,
    why={
        "en": "Half an hour of design saves an hour of building the same thing three times.",
        "ko": "30분의 설계가 같은 것을 세 번 만드는 한 시간을 아껴 줍니다.",
    },
    hint=HINT,
)
def the_template_is_filled_in(submission: Submission, team: Team) -> Text:
    """The design document fills in the course's template.

    설계 문서가 강의의 양식을 모두 채운다.
    """
    found, text = document(submission, team)
    lacking = [name for name, pattern in TOPICS.items() if found.says(pattern) is None]
    assert not lacking, Text(f"nothing on: {', '.join(lacking)}", f"내용이 없음: {', '.join(lacking)}")
    goals = [name for name, pattern in GOALS.items() if not re.search(pattern, text, re.IGNORECASE)]
    assert not goals, Text(f"goals not named: {', '.join(goals)}", f"목표가 적혀 있지 않음: {', '.join(goals)}")
    return Text(f"{len(TOPICS)} topics, {len(found.tables)} tables", f"항목 {len(TOPICS)}개, 표 {len(found.tables)}개")


# Versions that a document likes to name, and who knows them.
VERSIONS = {
    r"PostgreSQL\s*\**v?(\d+)": ("pg_static", "short_version"),
    r"Redis\s*\**v?(\d+)": ("redis_instance_info", "redis_version"),
    r"Prometheus\s*\**v?(\d+)": ("prometheus_build_info", "version"),
}


@check(
    "A2.2",
    points=0.5,
    why={
        "en": "A document that disagrees with the system is worse than none: people trust it.",
        "ko": "실제와 다른 문서는 없느니만 못합니다. 사람들이 믿기 때문입니다.",
    },
    hint=HINT,
)
def its_claims_are_true(
    submission: Submission, team: Team, stack: Stack, image_list: list[Image], prometheus: Prometheus
) -> Text:
    """The design document's image sizes, limits and tools agree with what is measured.

    설계 문서의 이미지 크기, 제한, 도구가 측정한 것과 일치한다.
    """
    found, text = document(submission, team)
    measured = _measured(stack, image_list)
    made = design.claims(found, set(measured))
    lacking = _lacking(made, measured)
    assert not lacking, joined(list(lacking))
    wrong = [said for one in made if (said := _wrong(one, measured[one.service]))]
    scanner = found.says(TOPICS["image scanner / 이미지 스캐너"]) or ""
    if "trivy" not in scanner.lower():
        wrong.append(Text("the scanner is Trivy", "스캐너는 Trivy임"))
    wrong += _versions(text, prometheus)
    assert not wrong, joined(list(wrong))
    services = {one.service for one in made}
    return Text(f"{len(made)} figures of {len(services)} services", f"서비스 {len(services)}개의 수치 {len(made)}개")


Figures = dict[str, float | None]


def _measured(stack: Stack, image_list: list[Image]) -> dict[str, Figures]:
    """What the engine and the kernel say of each running service."""
    sizes = {service: image.megabytes for image in image_list for service in image.services}
    found: dict[str, Figures] = {}
    for container in stack.visible():
        limits = kernel.limits(container.pid)
        memory = None if limits.memory is None else float(limits.memory)
        pids = None if limits.pids is None else float(limits.pids)
        image = sizes.get(container.service)
        found[container.service] = {"image": image, "memory": memory, "cpus": limits.cpus, "pids": pids}
    return found


def _lacking(made: list[Claim], measured: dict[str, Any]) -> list[Text]:
    """Figures that the tables do not give of a service that runs."""
    given = {(one.service, one.kind) for one in made}
    lacking = {
        kind: [service for service in measured if (service, kind) not in given]
        for kind in ("image", "memory", "cpus", "pids")
    }
    return [
        Text(f"no {kind} of {', '.join(services)}", f"{kind} 값이 없음: {', '.join(services)}")
        for kind, services in lacking.items()
        if services
    ]


def _wrong(claim: Claim, figures: Figures) -> Text | None:
    """What is wrong with a claim; None if it is true."""
    is_ = figures["image" if claim.kind == "image goal" else claim.kind]
    if is_ is None:
        return Text(f"{claim.service}: {claim.cell}, has none", f"{claim.service}: {claim.cell}(이)라는데 없음")
    if claim.kind == "image goal":
        right = is_ <= claim.value
    elif claim.kind == "image":
        # A tenth, or one megabyte of the smallest.
        right = abs(is_ - claim.value) <= max(1.0, is_ / 10)
    elif claim.kind == "memory":
        # Compose's 256M are MiB, and written as MB by most.
        right = is_ in (claim.value * 2**20, claim.value * 10**6, claim.value * 2**30)
        is_ = is_ / 2**20
    else:
        right = abs(is_ - claim.value) < 1e-9
    if right:
        return None
    return Text(
        f"{claim.service}: {claim.kind} said {claim.cell}, is {is_:g}",
        f"{claim.service}: {claim.kind} 문서 {claim.cell}, 실제 {is_:g}",
    )


def _versions(text: str, prometheus: Prometheus) -> list[Text]:
    """Versions in the text that are not those that run."""
    wrong = []
    for pattern, (metric, label) in VERSIONS.items():
        running = {one.labels.get(label, "").partition(".")[0] for one in prometheus.query(metric)} - {""}
        said = set(re.findall(pattern, text))
        if running and said - running:
            what = f"{pattern.partition(chr(92))[0]} {', '.join(sorted(said - running))}"
            wrong.append(Text(f"{what}, runs {', '.join(running)}", f"{what}, 실행 중인 것은 {', '.join(running)}"))
    return wrong
