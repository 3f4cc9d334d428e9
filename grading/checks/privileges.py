"""S2: what the containers' processes may do."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from grading import kernel
from grading.check import NotChecked, Phase, check
from grading.fixtures.model import Screening
from grading.images import File
from grading.stack import Container, Stack
from grading.text import Text, joined


@check(
    "S2.1",
    points=1,
    phase=Phase.FILES,
    why={
        "en": "A mounted docker.sock, a host namespace or a privileged container is root on the machine, whatever else is right.",
        "ko": "docker.sock 마운트, 호스트 네임스페이스, privileged 컨테이너는 다른 것이 다 옳아도 호스트의 root와 같습니다.",
    },
    hint={
        "en": "Remove the line that the evidence names. Publish ports on nginx only; mount only files of the repository, with :ro.",
        "ko": "증거에 나온 줄을 지우세요. 포트는 nginx에서만 공개하고, 저장소의 파일만 :ro로 마운트하세요.",
    },
)
def nothing_reaches_out(screening: Screening) -> Text:
    """Nothing in the Compose model reaches out of the containers.

    Compose 모델에 컨테이너 밖으로 나가는 것이 없다.
    """
    assert not screening.findings, joined(list(screening.findings))
    return Text(f"{len(screening.model['services'])} services", f"서비스 {len(screening.model['services'])}개")


def _processes(stack: Stack) -> list[tuple[Container, kernel.Process]]:
    found = []
    for container in stack.visible():
        for pid in kernel.pids_of(container.pid):
            process = kernel.process(pid)
            if process:
                found.append((container, process))
    return found


@check(
    "S2.2",
    points=1.5,
    why={
        "en": "Root in a container is one kernel bug away from root on the host, and may read every mounted file.",
        "ko": "컨테이너의 root는 커널 버그 하나면 호스트의 root가 되고, 마운트된 모든 파일을 읽을 수 있습니다.",
    },
    hint={
        "en": "Put `USER 10001:10001` at the end of the Dockerfile, and do not switch users in an entrypoint.",
        "ko": "Dockerfile 끝에 `USER 10001:10001`을 넣고, 엔트리포인트에서 사용자를 바꾸지 마세요.",
    },
)
def nobody_is_root(stack: Stack) -> Text:
    """No process of any container runs as root.

    어떤 컨테이너의 어떤 프로세스도 root로 실행되지 않는다.
    """
    processes = _processes(stack)
    roots = sorted({f"{container.service}: {one.name}" for container, one in processes if one.uid == 0})
    assert not roots, Text(f"uid 0: {', '.join(roots)}", f"uid 0으로 실행 중: {', '.join(roots)}")
    uids = ", ".join(sorted({str(one.uid) for _, one in processes}))
    return Text(f"{len(processes)} processes, uid {uids}", f"프로세스 {len(processes)}개, uid {uids}")


@check(
    "S2.3",
    points=1,
    why={
        "en": "Capabilities are slices of root; with no-new-privileges a setuid program cannot give them back.",
        "ko": "capability는 root 권한의 조각이며, no-new-privileges가 있으면 setuid 프로그램도 이를 되찾지 못합니다.",
    },
    hint={
        "en": "compose.yaml, on the service: cap_drop: [ALL] and security_opt: ['no-new-privileges:true'].",
        "ko": "compose.yaml의 서비스에 cap_drop: [ALL]과 security_opt: ['no-new-privileges:true']를 넣으세요.",
    },
)
def nobody_is_privileged(stack: Stack) -> None:
    """No process has a capability or can gain one, and system calls are filtered.

    어떤 프로세스도 capability가 없고 얻을 수도 없으며, 시스템 호출이 걸러진다.
    """
    wrong = set()
    for container, one in _processes(stack):
        if one.capabilities:
            wrong.add(f"{container.service}: {one.name} CapEff {one.capabilities:#x}")
        if not one.no_new_privileges:
            wrong.add(f"{container.service}: {one.name} NoNewPrivs 0")
        if one.seccomp != 2:
            wrong.add(f"{container.service}: {one.name} Seccomp {one.seccomp}")
    assert not wrong, joined(sorted(wrong))


# Where a program or an attacker would want to leave something.
WRITTEN = ("", "etc", "usr", "usr/bin", "usr/local", "var", "home", "root", "app", "srv", "opt")
NAME = ".course-grade"


@check(
    "S2.4",
    points=1.5,
    why={
        "en": "On a read-only file system an intruder cannot leave a program behind, nor change yours.",
        "ko": "읽기 전용 파일 시스템에서는 침입자가 프로그램을 남기거나 여러분의 것을 바꿀 수 없습니다.",
    },
    hint={
        "en": "compose.yaml, on the service: read_only: true, with tmpfs on /tmp and a volume where data must stay.",
        "ko": "compose.yaml의 서비스에 read_only: true를 넣고 /tmp에는 tmpfs, 남길 데이터에는 볼륨을 쓰세요.",
    },
)
def file_systems_are_read_only(stack: Stack) -> Text:
    """A write outside of tmpfs and volumes is refused.

    tmpfs와 볼륨 밖에 쓰는 것은 거부된다.
    """
    if os.geteuid():
        raise NotChecked(Text("Needs root on the machine of the engine.", "엔진이 있는 머신의 root 권한이 필요합니다."))
    wrong, tried = [], 0
    for container in stack.visible():
        given = {mount["Destination"].lstrip("/") for mount in container.inspected["Mounts"]}
        # Through /proc the write is subject to the container's own mounts.
        root = Path(f"/proc/{container.pid}/root")
        for place in WRITTEN:
            folder = root / place
            if place in given or folder.is_symlink() or not folder.is_dir():
                continue
            tried += 1
            try:
                (folder / NAME).touch()
            except OSError:
                continue
            (folder / NAME).unlink()
            wrong.append(f"{container.service}: /{place}")
    assert not wrong, Text(f"written to {', '.join(wrong[:8])}", f"쓰기에 성공함: {', '.join(wrong[:8])}")
    return Text(f"{tried} writes refused", f"쓰기 {tried}번 모두 거부됨")


@check(
    "S2.5",
    points=1,
    phase=Phase.IMAGES,
    why={
        "en": "A setuid program runs as its owner, root, for anyone; Swarm drops no-new-privileges without a word.",
        "ko": "setuid 프로그램은 누가 실행해도 소유자(root)로 돕니다. Swarm은 no-new-privileges를 말없이 버립니다.",
    },
    hint={
        "en": "In the build stage: find / -xdev -perm /6000 -type f -exec chmod a-s {} +",
        "ko": "빌드 단계에서: find / -xdev -perm /6000 -type f -exec chmod a-s {} +",
    },
)
def nothing_is_setuid(image_files: dict[str, list[File]]) -> Text:
    """No image holds a setuid or setgid file, or a file with capabilities.

    어떤 이미지에도 setuid·setgid 파일이나 capability가 붙은 파일이 없다.
    """
    found = [
        f"{name}: /{file.path}" for name, files in image_files.items() for file in files
        if file.capable or file.mode & (stat.S_ISUID | stat.S_ISGID)
    ]  # fmt: skip
    assert not found, joined(found)
    total = sum(len(files) for files in image_files.values())
    return Text(f"{total} files in {len(image_files)} images", f"이미지 {len(image_files)}개의 파일 {total}개")
