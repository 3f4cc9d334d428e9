"""S4: where passwords and keys are, and where they are not."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from grading import images, kernel
from grading.check import NotChecked, Phase, check
from grading.commands import CommandFailed, run
from grading.fixtures.images import shown
from grading.images import Image
from grading.ownership import LABEL
from grading.stack import Stack
from grading.team import Team
from grading.text import Text, joined
from grading.world import World

# Shorter values would be found by chance.
SHORTEST = 12
SUSPICIOUS = re.compile(r"(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_KEY|CREDENTIAL)", re.IGNORECASE)


def _values(folder: Path) -> dict[str, str]:
    """Every secret of this run: name -> value. Certificates are public; the CA's own is too."""
    found = {}
    for file in sorted(folder.rglob("*")):
        if not file.is_file() or file.suffix in (".crt", ".acl") or file.name in ("model.json", ".lock"):
            continue
        text = file.read_text(errors="replace").strip()
        name = str(file.relative_to(folder))
        if "PRIVATE KEY" in text:
            found[name] = text.splitlines()[1]
        elif len(text.split()) == 1 and len(text) >= SHORTEST and not text.startswith("{"):
            found[name] = text
    return found


@check(
    "S4.1",
    points=1.5,
    why={
        "en": "Environment values show in docker inspect, in every child process and in crash reports.",
        "ko": "환경 변수 값은 docker inspect, 모든 자식 프로세스, 오류 보고서에 드러납니다.",
    },
    hint={
        "en": "Delete it from environment: and command:, list it under secrets:, and read /run/secrets/<name> in the program.",
        "ko": "environment:와 command:에서 지우고 secrets:에 적은 뒤, 프로그램에서 /run/secrets/<이름>을 읽으세요.",
    },
)
def no_secret_in_environment(stack: Stack) -> Text:
    """No secret is in a container's environment, command line or labels.

    컨테이너의 환경 변수, 명령줄, 라벨에 시크릿이 없다.
    """
    values = _values(stack.place.secrets)
    wrong = set()
    for container in stack.containers(all=True):
        text = json.dumps(container.inspected["Config"])
        for pid in kernel.pids_of(container.pid) if container.running else []:
            for name in ("environ", "cmdline"):
                try:
                    text += Path(f"/proc/{pid}/{name}").read_bytes().decode("latin-1")
                except OSError:
                    continue
        wrong |= {f"{container.service}: {name}" for name, value in values.items() if value in text}
        for variable in container.inspected["Config"].get("Env") or []:
            name, _, value = variable.partition("=")
            if SUSPICIOUS.search(name) and _is_value(name, value):
                wrong.add(f"{container.service}: {name}")
    assert not wrong, joined(sorted(wrong))
    return Text(f"{len(values)} secrets looked for", f"시크릿 {len(values)}개를 찾아봄")


def _is_value(name: str, value: str) -> bool:
    """Not a path, a number or a switch, and not an address without a password."""
    if name.upper().endswith(("_FILE", "_PATH", "_DIR", "_URL")) and not re.search(r"://[^/@]*:[^/@]+@", value):
        return False
    return (
        bool(value) and not value.startswith("/") and not re.fullmatch(r"\d+|true|false|yes|no", value, re.IGNORECASE)
    )


@check(
    "S4.2",
    points=1,
    phase=Phase.IMAGES,
    why={
        "en": "ARG and ENV stay in the image's history for everybody who can pull it.",
        "ko": "ARG와 ENV는 이미지를 받을 수 있는 모두가 보는 이력에 남습니다.",
    },
    hint={
        "en": "Find the line with: docker history --no-trunc <image>. While building use RUN --mount=type=secret,id=...",
        "ko": "해당 줄 찾기: docker history --no-trunc <이미지>. 빌드할 때는 RUN --mount=type=secret,id=...를 쓰세요.",
    },
)
def no_secret_in_history(image_list: list[Image], runnable: dict[str, Any]) -> Text:
    """No image's history or configuration holds a password, key or token.

    어떤 이미지의 이력이나 설정에도 비밀번호, 키, 토큰이 없다.
    """
    wrong, lines = [], 0
    for image in image_list:
        name = shown(image, runnable["name"])
        for variable, value in image.environment.items():
            if SUSPICIOUS.search(variable) and _is_value(variable, value):
                wrong.append(f"{name}: ENV {variable}")
        for line in images.history(image):
            lines += 1
            for match in re.finditer(r"\b([A-Za-z_]\w*)=(\S+)", line):
                if SUSPICIOUS.search(match[1]) and _is_value(match[1], match[2].strip("'\"")):
                    wrong.append(f"{name}: {match[1]}")
    assert not wrong, joined(sorted(set(wrong)))
    return Text(f"{lines} lines of history in {len(image_list)} images", f"이미지 {len(image_list)}개의 이력 {lines}줄")


@check(
    "S4.3",
    points=1,
    phase=Phase.LOAD,
    why={
        "en": "Logs are copied, kept and read by many; a password in them is a password given away.",
        "ko": "로그는 복사되고 보관되며 여러 사람이 읽습니다. 로그에 남은 비밀번호는 나눠 준 비밀번호입니다.",
    },
    hint={
        "en": "Do not log request bodies or headers; let the log processor blank password, token, secret, authorization, cookie.",
        "ko": "요청 본문과 헤더를 기록하지 말고, password·token·secret·authorization·cookie를 가리는 처리기를 두세요.",
    },
)
def no_secret_in_logs(stack: Stack, world: World) -> Text:
    """No secret, password or token is in the logs.

    로그에 시크릿, 비밀번호, 토큰이 없다.
    """
    values = _values(stack.place.secrets)
    for who in ("owner", "other"):
        known = world.account(who).variables
        values |= {f"{key} of {who}": known[key] for key in ("password", "access", "refresh") if known.get(key)}
    lines = {service: stack.logs(service) for service in stack.services}
    text = {service: "\n".join(found) for service, found in lines.items()}
    wrong = [f"{service}: {name}" for service in text for name, value in values.items() if value in text[service]]
    assert not wrong, joined(wrong)
    total = sum(len(found) for found in lines.values())
    return Text(f"{len(values)} values not in {total} lines", f"{total}줄에서 값 {len(values)}개 모두 없음")


@check(
    "S4.4",
    points=1,
    why={
        "en": "A program that starts without its secret runs with a default one, which everybody knows.",
        "ko": "시크릿 없이 시작되는 프로그램은 누구나 아는 기본값으로 돌게 됩니다.",
    },
    hint={
        "en": "Give the settings no default for secrets; stop with a sentence that names the missing file and ./nox -s secrets.",
        "ko": "시크릿 설정에 기본값을 두지 말고, 빠진 파일과 ./nox -s secrets를 알려 주는 문장과 함께 멈추세요.",
    },
)
def secrets_are_files(stack: Stack, team: Team) -> Text:
    """The API reads its secrets from files, and without them it does not start but says which is missing.

    API는 시크릿을 파일에서 읽고, 없으면 시작하지 않으며 무엇이 없는지 말한다.
    """
    container = stack.container(team.services.api)
    mounted = [
        one["Destination"] for one in container.inspected["Mounts"] if one["Destination"].startswith("/run/secrets/")
    ]
    assert mounted, Text(f"{team.services.api} has no /run/secrets", f"{team.services.api}에 /run/secrets가 없습니다")
    config = container.inspected["Config"]
    environment = [part for one in config["Env"] or [] for part in ("-e", one)]
    entry = config.get("Entrypoint") or []
    command = [*entry[1:], *(config.get("Cmd") or [])]
    first = ["--entrypoint", entry[0]] if entry else []
    name = f"{stack.place.project}-without-secrets"
    try:
        result = run(
            "docker", "run", "--name", name, "--network", "none", "--label", f"{LABEL}={stack.place.owner}", "--read-only",
            "--tmpfs", "/tmp", "--cap-drop", "ALL", "--memory", "256m", "--pids-limit", "64", "--no-healthcheck",
            *environment, *first, container.inspected["Image"], *command, timeout=12, must=False,
        )  # fmt: skip
    except CommandFailed:
        result = None
    finally:
        run("docker", "rm", "-f", name, must=False)
    assert result is not None, Text("it starts without any secret", "시크릿이 하나도 없는데 시작됨")
    if result.code == 125:
        raise NotChecked(Text(result.output[-200:], result.output[-200:]))
    files = {Path(one).name for one in mounted}
    told = result.code != 0 and any(file in result.output for file in files)
    assert told, Text(
        f"without secrets it ends with {result.code} and names no missing file: {result.output[-200:]}",
        f"시크릿이 없을 때 종료 코드 {result.code}, 빠진 파일을 말하지 않음: {result.output[-200:]}",
    )
    return Text(f"exit {result.code}: {result.output.strip().splitlines()[-1][:160]}", f"종료 코드 {result.code}")
