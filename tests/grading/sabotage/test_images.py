"""Checks of images, against one that does everything wrong, and of builds."""

from pathlib import Path

import pytest

from grading import images, ownership
from grading.check import NotChecked
from grading.commands import run
from grading.fixtures.images import Building
from grading.fixtures.model import Screening
from grading.rebuild import Rebuild, _installed
from grading.scan.trivy import parse
from grading.text import Text

DOCKERFILE = """FROM course/python:1
COPY --chmod=4755 tool /usr/bin/su
COPY --chmod=755 tool /usr/bin/gcc
COPY heavy /opt/heavy
COPY renamed /opt/harmless
COPY tool /opt/venv/lib/python3.13/site-packages/pip/_internal/__init__.py
ENV API_TOKEN=0123456789abcdef
"""
NAME = "grade-tiny-sabotage-api"


@pytest.fixture(scope="module")
def bad(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bad")
    (folder / "Dockerfile").write_text(DOCKERFILE)
    (folder / "tool").write_text("")
    (folder / "renamed").write_bytes(b"\x7fELF" + bytes(20_000) + b"COLLECT_GCC_OPTIONS=")
    with (folder / "heavy").open("wb") as heavy:
        heavy.truncate(90_000_000)
    run(
        "docker",
        "build",
        "-q",
        "-t",
        NAME,
        "--label",
        f"{ownership.LABEL}={ownership.run_id()}",
        str(folder),
        timeout=120,
    )
    yield images.inspect(NAME, ("tiny-api",))
    run("docker", "image", "rm", "-f", NAME)


@pytest.fixture(scope="module")
def good():
    return images.inspect("course/python:1", ("tiny-api",))


def made(id, image, checks):
    function = checks[id].function
    available = {
        "image_list": [image],
        "image_files": {image.name: images.files(image, ownership.run_id())},
        "runnable": {"name": "grade-tiny-sabotage"},
        "spared": {},
    }
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    return function(**{name: available[name] for name in names})


@pytest.mark.parametrize(
    ("id", "said"),
    [
        ("P1.1", "100 MB"),
        ("P2.3", "/usr/bin/gcc"),
        ("P2.3", "/opt/harmless is gcc"),
        ("P2.3", "pip/_internal"),
        ("S2.5", "/usr/bin/su"),
        ("S4.2", "API_TOKEN"),
    ],
)
def test_a_bad_image_fails_and_a_good_one_passes(id, said, bad, good, checks):
    made(id, good, checks)

    with pytest.raises(AssertionError, match=said):
        made(id, bad, checks)


def test_a_waiver_for_a_service_spares_its_image(bad, good, checks):
    small = images.inspect("course/python:1", ("other",))

    checks["P1.1"].function(image_list=[bad, small], runnable={"name": "x"}, spared={"tiny-api": "vendor"})


def scanned(*findings, system="debian", packages=3, language=2, secrets=(), eol=False):
    vulnerabilities = [
        {
            "VulnerabilityID": "CVE-1",
            "PkgName": "openssl",
            "InstalledVersion": "1",
            "Severity": severity,
            "FixedVersion": fixed,
        }
        for severity, fixed in findings
    ]
    results = [
        {"Class": "os-pkgs", "Target": "x", "Packages": [{}] * packages, "Vulnerabilities": vulnerabilities},
        {"Class": "lang-pkgs", "Target": "y", "Packages": [{}] * language},
        {"Class": "secret", "Target": "/key", "Secrets": [{"Title": one} for one in secrets]},
    ]
    metadata = {"OS": {"Family": system, "Name": "13.1", "EOSL": eol}} if system else {}
    return {"app": parse({"Metadata": metadata, "Results": results}, "app")}


def test_a_critical_hole_with_a_fix_fails(checks):
    function = checks["S1.1"].function

    assert "1 unrated" in function(scans=scanned(("CRITICAL", ""), ("HIGH", "2"), ("UNKNOWN", "2")), app_images={"app"})
    with pytest.raises(AssertionError, match="fixed in 2"):
        function(scans=scanned(("CRITICAL", "2")), app_images={"app"})


@pytest.mark.parametrize(
    "change", [{"system": None}, {"packages": 0}, {"language": 0}, {"eol": True}, {"system": "alpine"}], ids=str
)
def test_silence_of_a_scan_that_saw_nothing_is_not_checked(change, checks):
    with pytest.raises(NotChecked):
        checks["S1.1"].function(scans=scanned(**change), app_images={"app"})


@pytest.mark.parametrize("change", [{"system": None}, {"packages": 0}, {"language": 0}, {"eol": True}], ids=str)
def test_an_image_that_hides_its_packages_fails(change, checks):
    function = checks["S1.2"].function
    function(scans=scanned(), app_images={"app"})

    with pytest.raises(AssertionError):
        function(scans=scanned(**change), app_images={"app"})


def test_a_secret_in_an_image_fails(checks):
    checks["S1.3"].function(scans=scanned())

    with pytest.raises(AssertionError, match="AWS key"):
        checks["S1.3"].function(scans=scanned(secrets=["AWS key"]))


def dockerfile(folder: Path, text: str) -> list[Path]:
    file = folder / "Dockerfile"
    file.write_text(text)
    return [file]


GOOD = 'FROM debian:trixie-slim AS build\nRUN true\nFROM scratch\nCOPY --from=build /x /x\nUSER 10001\nCMD ["/x"]\n'


def test_a_careless_dockerfile_fails(tmp_path, checks):
    function = checks["S1.4"].function
    function(dockerfiles=dockerfile(tmp_path, GOOD))

    with pytest.raises(AssertionError, match="DS"):
        function(dockerfiles=dockerfile(tmp_path, "FROM debian:trixie-slim\nRUN sudo apt-get install -y x\nUSER 1\n"))


@pytest.mark.parametrize(
    "text",
    [
        "FROM debian:trixie-slim\n",
        "FROM debian:trixie-slim AS build\nFROM scratch\nCOPY x /x\n",
        GOOD.replace("debian:trixie-slim", "debian:latest"),
        GOOD.replace("debian:trixie-slim", "debian"),
    ],
)
def test_a_single_stage_fails(text, tmp_path, checks):
    function = checks["P2.2"].function
    function(dockerfiles=dockerfile(tmp_path, GOOD))

    with pytest.raises(AssertionError):
        function(dockerfiles=dockerfile(tmp_path, text))


def test_a_build_that_fails_fails(checks, tmp_path):
    checks["P2.1"].function(building=Building(tmp_path, None, "", 3.0))

    with pytest.raises(AssertionError, match="no such package"):
        checks["P2.1"].function(building=Building(tmp_path, Text("no such package", "없음"), "", 3.0))


@pytest.mark.parametrize(
    "rebuild",
    [
        Rebuild("a.py", 61.0),
        Rebuild("a.py", 3.0, ["RUN pip install"]),
        Rebuild("a.py", 3.0, [], Text("broken", "고장")),
    ],
)
def test_a_rebuild_that_installs_again_or_takes_long_fails(rebuild, checks):
    checks["P2.4"].function(rebuild=Rebuild("a.py", 2.0))

    with pytest.raises(AssertionError):
        checks["P2.4"].function(rebuild=rebuild)


def test_installing_steps_are_told_from_cached_ones():
    log = "#7 [build 3/5] RUN pip install x\n#7 CACHED\n#8 [build 4/5] RUN uv pip sync y\n#8 DONE 9s\n#9 [build 5/5] RUN true\n"

    assert _installed(log) == ["[build 4/5] RUN uv pip sync y"]


def test_a_model_that_reaches_out_fails(checks):
    checks["S2.1"].function(screening=Screening([], {"services": {}}))

    with pytest.raises(AssertionError, match=r"docker\.sock"):
        checks["S2.1"].function(screening=Screening([Text("mounts docker.sock", "마운트")], {}))
