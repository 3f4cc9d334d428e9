"""P1 and P2: how large the images are, how they are built, and what is left in them."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

from grading import images
from grading.check import NotChecked, Phase, check
from grading.fixtures.images import Building, shown
from grading.images import Image
from grading.rebuild import Rebuild
from grading.text import Text, joined

MOST_MEGABYTES = 100.0


@check(
    "P1.1",
    points=2,
    phase=Phase.IMAGES,
    why={
        "en": "Thirty students pull it over one line, a node that replaces a dead one pulls it while users wait, and all that is "
        "in it can be attacked.",
        "ko": "학생 서른 명이 한 회선으로 받고, 죽은 노드를 대신하는 노드는 사용자가 기다리는 동안 받으며, 들어 있는 것은 모두 공격 대상입니다.",
    },
    hint={
        "en": "See what weighs: docker history <image>. End with FROM scratch or slim and COPY --from=build only what runs.",
        "ko": "무엇이 큰지 보기: docker history <이미지>. FROM scratch나 slim으로 끝내고 실행할 것만 COPY --from=build로 옮기세요.",
    },
)
def images_are_small(image_list: list[Image], runnable: dict[str, Any], spared: dict[str, str]) -> Text:
    """Every image has at most 100 MB, uncompressed.

    모든 이미지가 압축하지 않은 크기로 100 MB 이하이다.
    """
    counted = [one for one in image_list if not set(one.services) <= set(spared)]
    large = [
        f"{shown(one, runnable['name'])} {one.megabytes:.1f} MB" for one in counted if one.megabytes > MOST_MEGABYTES
    ]
    assert not large, Text(f"above 100 MB: {', '.join(large)}", f"100 MB 초과: {', '.join(large)}")
    largest = max(counted, key=lambda one: one.size)
    name, size = shown(largest, runnable["name"]), f"{largest.megabytes:.1f} MB"
    return Text(
        f"{len(counted)} images; the largest is {name} with {size}",
        f"이미지 {len(counted)}개, 가장 큰 것은 {name} {size}",
    )


@check(
    "P2.1",
    points=1,
    phase=Phase.IMAGES,
    why={
        "en": "What builds only on your machine cannot be repaired on the day you are away.",
        "ko": "내 컴퓨터에서만 빌드되는 것은 내가 없는 날 고칠 수 없습니다.",
    },
    hint={
        "en": "Type: docker compose -f teams/<team>/compose.yaml build --progress plain, and read the first ERROR.",
        "ko": "입력: docker compose -f teams/<팀>/compose.yaml build --progress plain. 첫 번째 ERROR를 읽으세요.",
    },
)
def images_build(building: Building) -> Text:
    """Every image of the team builds from a clean checkout.

    팀의 모든 이미지가 깨끗한 체크아웃에서 빌드된다.
    """
    assert building.failure is None, building.failure or ""
    return Text(f"in {building.seconds:.0f} s", f"{building.seconds:.0f}초 만에")


FROM = re.compile(r"^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?", re.IGNORECASE | re.MULTILINE)


@check(
    "P2.2",
    points=1,
    phase=Phase.IMAGES,
    why={
        "en": "One stage ships its compiler and its sources to everybody who only wants to run the result.",
        "ko": "단계가 하나면 결과만 실행하려는 모두에게 컴파일러와 소스까지 보냅니다.",
    },
    hint={
        "en": "FROM ... AS build for installing and compiling; then a second FROM, and COPY --from=build what runs.",
        "ko": "설치와 컴파일은 FROM ... AS build에서, 그다음 두 번째 FROM에 COPY --from=build로 실행할 것만 옮기세요.",
    },
)
def builds_have_stages(dockerfiles: list[Path]) -> Text:
    """Every Dockerfile builds in several stages, and the last takes from an earlier one.

    모든 Dockerfile이 여러 단계로 빌드하고, 마지막 단계는 앞 단계에서 가져온다.
    """
    if not dockerfiles:
        raise NotChecked(Text("The stack builds no image.", "빌드하는 이미지가 없습니다."))
    for file in dockerfiles:
        text = file.read_text(errors="replace")
        name = f"{file.parent.name}/{file.name}"
        stages = list(FROM.finditer(text))
        assert len(stages) >= 2, Text(f"{name}: {len(stages)} stage", f"{name}: 단계 {len(stages)}개")
        names = {stage[2] for stage in stages[:-1] if stage[2]} | {str(number) for number in range(len(stages) - 1)}
        taken = set(re.findall(r"--from=(\S+)", text[stages[-1].end() :]))
        assert taken & names, Text(
            f"{name}: the last stage takes from none", f"{name}: 마지막 단계가 앞 단계에서 가져오지 않음"
        )
        loose = [stage[1] for stage in stages if stage[1].endswith(":latest") or (":" not in stage[1] and "@" not in stage[1]
                 and stage[1] != "scratch" and stage[1] not in names)]  # fmt: skip
        assert not loose, Text(
            f"{name}: no fixed version: {', '.join(loose)}", f"{name}: 버전이 고정되지 않음: {', '.join(loose)}"
        )
    return Text(f"{len(dockerfiles)} Dockerfiles", f"Dockerfile {len(dockerfiles)}개")


TOOLS = re.compile(
    r"(gcc|g\+\+|cc|c\+\+|clang|cpp|ld|as|make|cmake|ninja|cargo|rustc|go|javac|apt|apt-get|dpkg|apk|yum|dnf|pip3?(\.\d+)?|uv|uvx|"
    r"poetry|pipx|npm|npx|yarn|pnpm|corepack|git|curl|wget|x86_64-linux-gnu-\S+)"
)
# Package managers that need no program of their own: python -m pip.
MODULES = re.compile(r"/(pip/_internal/__init__\.pyc?|ensurepip/__init__\.pyc?|node_modules/npm/package\.json)$")
# Grafana's own health check asks with it; vendors' images are theirs.
PROGRAMS = {
    "bin",
    "sbin",
    "usr/bin",
    "usr/sbin",
    "usr/local/bin",
    "usr/local/sbin",
    "opt/venv/bin",
    "venv/bin",
    "app/.venv/bin",
}


@check(
    "P2.3",
    points=1,
    phase=Phase.IMAGES,
    timeout=90,
    why={
        "en": "A compiler or a package manager in the image is a gift to whoever breaks in, and weighs most of it.",
        "ko": "이미지 속 컴파일러와 패키지 관리자는 침입자에게 주는 선물이며, 무게의 대부분이기도 합니다.",
    },
    hint={
        "en": "Find them: docker export $(docker create <image>) | tar t | grep bin/. Leave them in the build stage.",
        "ko": "찾기: docker export $(docker create <이미지>) | tar t | grep bin/. 빌드 단계에 두고 오세요.",
    },
)
def no_build_tool_is_left(
    image_files: dict[str, list[images.File]], image_list: list[Image], spared: dict[str, str]
) -> Text:
    """No image holds a compiler, a package manager or a download tool.

    어떤 이미지에도 컴파일러, 패키지 관리자, 내려받기 도구가 없다.
    """
    free = {one.name for one in image_list if set(one.services) <= set(spared)}
    found = [
        f"{name}: /{file.path}{f' is {file.tool}' if file.tool else ''}"
        for name, files in image_files.items()
        if name not in free
        for file in files
        if file.tool or MODULES.search(file.path) or _is_tool(file.path)
    ]
    assert not found, joined(sorted(found))
    return Text(f"{len(image_files)} images", f"이미지 {len(image_files)}개")


def _is_tool(path: str) -> bool:
    return posixpath.dirname(path) in PROGRAMS and TOOLS.fullmatch(posixpath.basename(path)) is not None


REBUILD_SECONDS = 20.0


@check(
    "P2.4",
    points=0.5,
    phase=Phase.IMAGES,
    timeout=150,
    why={
        "en": "If every change installs everything anew, nobody tries things any more; here a change must be seen in seconds.",
        "ko": "고칠 때마다 모든 것을 새로 설치하면 아무도 시도하지 않게 됩니다. 변경은 몇 초 안에 보여야 합니다.",
    },
    hint={
        "en": "COPY requirements.txt and install before COPY of the source; keep a .dockerignore that lets only sources in.",
        "ko": "소스 COPY보다 먼저 requirements.txt를 COPY해 설치하고, 소스만 들여보내는 .dockerignore를 두세요.",
    },
)
def changes_rebuild_quickly(rebuild: Rebuild) -> Text:
    """A change of one source file rebuilds in seconds, without installing the dependencies again.

    소스 파일 하나를 고치면 의존성을 다시 설치하지 않고 몇 초 만에 다시 빌드된다.
    """
    assert rebuild.failure is None, rebuild.failure or ""
    assert not rebuild.installed, Text(
        f"installed again: {rebuild.installed[0]}", f"다시 설치됨: {rebuild.installed[0]}"
    )
    seconds = rebuild.seconds
    assert seconds <= REBUILD_SECONDS, Text(
        f"{seconds:.1f} s (at most {REBUILD_SECONDS:g})", f"{seconds:.1f}초(최대 {REBUILD_SECONDS:g}초)"
    )
    return Text(
        f"{rebuild.file} changed, rebuilt in {seconds:.1f} s", f"{rebuild.file} 수정, {seconds:.1f}초 만에 다시 빌드"
    )
