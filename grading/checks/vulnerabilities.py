"""S1: what a scanner knows of the images."""

from pathlib import Path

from grading.check import NotChecked, Phase, check
from grading.scan import Scan, ScannerUnfit, misconfiguration
from grading.text import Text, joined


@check(
    "S1.1",
    points=2,
    phase=Phase.IMAGES,
    timeout=60,
    why={
        "en": "A hole with a published fix is what attackers try first; leaving it open is a choice.",
        "ko": "수정판이 나온 취약점은 공격자가 가장 먼저 시도합니다. 그대로 두는 것은 스스로 고른 위험입니다.",
    },
    hint={
        "en": "Rebuild without cache to get the fixed packages: docker compose build --pull --no-cache. For Python packages, "
        "raise the pin in requirements.in and lock again.",
        "ko": "캐시 없이 다시 빌드해 수정된 패키지를 받으세요: docker compose build --pull --no-cache. "
        "파이썬 패키지는 requirements.in의 버전을 올리고 다시 잠그세요.",
    },
)
def nothing_critical(scans: dict[str, Scan], app_images: set[str]) -> Text:
    """No image has a critical vulnerability for which there is a fix.

    수정판이 있는 치명적 취약점을 가진 이미지가 없다.
    """
    critical = [
        f"{scan.image}: {one.package} {one.version} {one.id}, fixed in {one.fixed}"
        for scan in scans.values() for one in scan.findings if one.severity == "CRITICAL" and one.fixed
    ]  # fmt: skip
    assert not critical, joined(sorted(critical))
    unfit = [text for scan in scans.values() if (text := scan.unfit(scan.image in app_images))]
    if unfit:
        raise NotChecked(joined(list(unfit)))
    unrated = sum(one.severity == "UNKNOWN" for scan in scans.values() for one in scan.findings)
    rated = sum(len(scan.findings) for scan in scans.values()) - unrated
    return Text(
        f"{len(scans)} images, 0 critical with a fix, {rated} lesser findings, {unrated} unrated",
        f"이미지 {len(scans)}개, 수정판 있는 치명적 취약점 0건, 그보다 낮은 것 {rated}건, 등급 없음 {unrated}건",
    )


@check(
    "S1.2",
    points=1,
    phase=Phase.IMAGES,
    why={
        "en": "An image that hides its packages looks clean to every scanner, on the day of the next big hole too.",
        "ko": "패키지 목록을 숨긴 이미지는 큰 취약점이 터진 날에도 모든 스캐너에 깨끗해 보입니다.",
    },
    hint={
        "en": "Keep /etc/os-release, /var/lib/dpkg/status.d and *.dist-info when you copy into the last stage.",
        "ko": "마지막 단계로 복사할 때 /etc/os-release, /var/lib/dpkg/status.d, *.dist-info를 남겨 두세요.",
    },
)
def packages_are_listed(scans: dict[str, Scan], app_images: set[str]) -> Text:
    """Every image tells its system and its packages.

    모든 이미지가 운영체제와 패키지를 알려 준다.
    """
    silent = [scan.image for scan in scans.values() if scan.system is None or not scan.system_packages]
    assert not silent, Text(
        f"no system packages listed in {', '.join(silent)}", f"시스템 패키지 목록 없음: {', '.join(silent)}"
    )
    bare = [scan.image for scan in scans.values() if scan.image in app_images and not scan.language_packages]
    assert not bare, Text(
        f"no Python packages listed in {', '.join(bare)}", f"파이썬 패키지 목록 없음: {', '.join(bare)}"
    )
    old = [scan.image for scan in scans.values() if scan.end_of_life]
    assert not old, Text(f"end-of-life system in {', '.join(old)}", f"지원이 끝난 운영체제: {', '.join(old)}")
    packages = sum(scan.system_packages + scan.language_packages for scan in scans.values())
    return Text(f"{packages} packages in {len(scans)} images", f"이미지 {len(scans)}개에 패키지 {packages}개")


@check(
    "S1.3",
    points=1,
    phase=Phase.IMAGES,
    why={
        "en": "Whoever can pull the image can read every layer of it, deleted files too.",
        "ko": "이미지를 받을 수 있는 사람은 지운 파일을 포함해 모든 레이어를 읽을 수 있습니다.",
    },
    hint={
        "en": "Mount it while building (RUN --mount=type=secret) or at run time (/run/secrets), never COPY it; then change it.",
        "ko": "COPY하지 말고 빌드할 때는 RUN --mount=type=secret, 실행할 때는 /run/secrets로 주세요. 이미 샌 값은 바꾸세요.",
    },
)
def no_secret_in_images(scans: dict[str, Scan]) -> None:
    """The scanner finds no key, token or password in any image.

    스캐너가 어떤 이미지에서도 키, 토큰, 비밀번호를 찾지 못한다.
    """
    found = [f"{scan.image}: {secret}" for scan in scans.values() for secret in scan.secrets]
    assert not found, joined(found)


@check(
    "S1.4",
    points=0.5,
    phase=Phase.IMAGES,
    why={
        "en": "A careless line in a Dockerfile (root, a password in ENV, sudo) is repeated in every container made from it.",
        "ko": "Dockerfile의 부주의한 한 줄(root, ENV의 비밀번호, sudo)은 거기서 만든 모든 컨테이너에 되풀이됩니다.",
    },
    hint={
        "en": "See the lines with: trivy config teams/<team>/backend/Dockerfile",
        "ko": "해당 줄 보기: trivy config teams/<팀>/backend/Dockerfile",
    },
)
def dockerfiles_are_sound(dockerfiles: list[Path]) -> Text:
    """No Dockerfile has a high or critical misconfiguration.

    Dockerfile에 심각도 높음 이상의 잘못된 설정이 없다.
    """
    if not dockerfiles:
        raise NotChecked(Text("The stack builds no image.", "빌드하는 이미지가 없습니다."))
    try:
        found = [f"{file.parent.name}/{file.name}: {one}" for file in dockerfiles for one in misconfiguration(file)]
    except ScannerUnfit as problem:
        raise NotChecked(problem.text) from None
    assert not found, joined(found)
    return Text(f"{len(dockerfiles)} Dockerfiles", f"Dockerfile {len(dockerfiles)}개")
