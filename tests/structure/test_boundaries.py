"""The floor plan holds: dependencies run one way, and each kind of file stays where it belongs."""

import ast
import json
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
TEAMS = sorted(path.parent for path in ROOT.glob("teams/*/team.yaml"))


def imports(path: Path) -> set[str]:
    """Top-level names that a Python file imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def modules(path: Path) -> set[str]:
    """Full names of the modules that a Python file imports, `package.name` for what it takes from a package."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def files(folder: str, pattern: str = "*.py") -> list[Path]:
    return [path for path in ROOT.glob(f"{folder}/**/{pattern}") if "node_modules" not in path.parts]


def test_the_grader_imports_no_team_and_no_teamkit():
    forbidden = {team.name for team in TEAMS} | {"teamkit", "teams"}

    found = {path: imports(path) & forbidden for path in files("grading") if imports(path) & forbidden}

    assert not found


def test_the_swarm_knows_of_the_grader_only_what_a_team_is():
    base = {"text", "team", "templates", "edge", "world"}
    found = {
        path: sorted(name for name in modules(path) if name.startswith("grading.") and name.split(".")[1] not in base)
        for path in files("ops")
    }

    assert not {path: names for path, names in found.items() if names}


@pytest.mark.parametrize("team", TEAMS, ids=lambda path: path.name)
def test_a_team_imports_neither_grader_nor_tools_nor_another_team(team: Path):
    others = {other.name for other in TEAMS} - {team.name}
    forbidden = {"grading", "ops"} | others

    # Its tests need certificates, as every container does; what ships needs neither.
    shipped = [path for path in files(f"teams/{team.name}") if "tests" not in path.parts]

    found = {path: imports(path) & forbidden for path in shipped if imports(path) & forbidden}

    assert not found


def adapts(path: Path) -> str:
    return path.parts[0].removesuffix(".py").partition("_")[0]


def test_teamkit_core_imports_no_framework():
    frameworks = {"flask", "apiflask", "django", "fastapi", "starlette", "ninja"}
    home = ROOT / "shared/python/teamkit"
    # An adapter bears its framework's name first: flask.py, django_database/base.py.
    core = [
        path for path in files(home.relative_to(ROOT).as_posix()) if adapts(path.relative_to(home)) not in frameworks
    ]

    found = {path: imports(path) & frameworks for path in core if imports(path) & frameworks}

    assert core
    assert not found


def test_platform_holds_no_python():
    assert not files("platform")


@pytest.mark.parametrize("team", TEAMS, ids=lambda path: path.name)
def test_every_team_has_the_floor_plan(team: Path):
    expected = [
        "README.md",
        "README.ko.md",
        "DESIGN.md",
        "team.yaml",
        "compose.yaml",
        "backend/Dockerfile",
        "monitoring",
    ]

    if "frontend" in yaml.safe_load((team / "team.yaml").read_text(encoding="utf-8"))["services"]:
        expected += ["frontend/Dockerfile", "frontend/package.json", "frontend/package-lock.json", "frontend/src"]

    missing = [name for name in expected if not (team / name).exists()]

    assert not missing


@pytest.mark.parametrize("dockerfile", files("platform/images", "Dockerfile") + files("teams", "Dockerfile"), ids=str)
def test_no_dockerfile_takes_anything_but_our_debian_base(dockerfile: Path):
    lines = dockerfile.read_text().splitlines()
    stages = {line.split()[-1] for line in lines if line.startswith("FROM ") and " AS " in line}
    bases = {line.split()[1] for line in lines if line.startswith("FROM ")} - stages

    assert not lines[0].startswith("# syntax")
    assert all(base in ("scratch", "debian:trixie-slim") or base.startswith("course/") for base in bases), bases


def test_lock_files_hold_hashes_and_no_registry():
    locks = [
        *ROOT.glob("requirements/*.txt"),
        *files("teams", "requirements.txt"),
        *files("platform", "requirements.txt"),
    ]

    assert locks
    for lock in locks:
        text = lock.read_text()
        assert "--hash=sha256:" in text, lock
        assert "://" not in text, lock
        assert "index-url" not in text, lock


PACKAGES = sorted(path for top in ("shared", "teams", "grading") for path in files(top, "package.json"))


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_npm_package_has_one_version(package: Path):
    described = json.loads(package.read_text(encoding="utf-8"))
    versions = described.get("dependencies", {}) | described.get("devDependencies", {})

    loose = {
        name: version for name, version in versions.items() if not re.fullmatch(r"\d+\.\d+\.\d+|file:\S+", version)
    }

    assert not loose


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_npm_lock_files_hold_hashes_for_every_platform_and_no_registry(package: Path):
    lock = json.loads(package.with_name("package-lock.json").read_text(encoding="utf-8"))["packages"]
    theirs = {path: entry for path, entry in lock.items() if "node_modules/" in path and not entry.get("link")}

    assert "omit-lockfile-registry-resolved=true" in package.with_name(".npmrc").read_text()
    assert not [path for path, entry in lock.items() if "://" in entry.get("resolved", "")]
    assert not [path for path, entry in theirs.items() if not entry.get("integrity")]
    # npm leaves out what a registry does not have, and then refuses its own lock file.
    optional = {name for entry in theirs.values() for name in entry.get("optionalDependencies", {})}
    assert not optional - {path.rpartition("node_modules/")[2] for path in theirs}
