"""Waivers: checks that a team does not have to pass for now, each with a reason and a last day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from grading.team.reader import BadTeam
from grading.text import Text

KEYS = {"id", "reason", "expires", "service"}


@dataclass(frozen=True)
class Waiver:
    id: str
    reason: str
    expires: date
    # Waives the check for this service only; the check itself asks for these.
    service: str | None = None


@dataclass(frozen=True)
class Waivers:
    """What holds today, and what is wrong with the rest."""

    valid: list[Waiver]
    remarks: list[Text]

    def of(self, check_id: str) -> Waiver | None:
        """The waiver of a whole check."""
        return next((one for one in self.valid if one.id == check_id and one.service is None), None)

    def services(self, check_id: str) -> dict[str, str]:
        """Services that the check leaves out, with the reasons."""
        return {one.service: one.reason for one in self.valid if one.id == check_id and one.service}


def read(file: Path, known: set[str], today: date) -> Waivers:
    """The waivers in `file` (none, if it is not there). Raises BadTeam if it cannot be understood."""
    if not file.is_file():
        return Waivers([], [])
    try:
        content = yaml.safe_load(file.read_text("utf-8")) or []
    except (yaml.YAMLError, UnicodeDecodeError):
        raise BadTeam(file, 1, "is not valid YAML", "올바른 YAML이 아닙니다") from None
    if not isinstance(content, list):
        raise BadTeam(file, 1, "must be a list of waivers", "면제 목록이어야 합니다")
    valid, remarks = [], []
    for number, entry in enumerate(content, 1):
        waiver = _waiver(file, number, entry)
        if waiver.id not in known:
            remarks.append(Text(f"Waiver {waiver.id}: no such check", f"면제 {waiver.id}: 그런 검사가 없습니다"))
        elif waiver.expires < today:
            remarks.append(
                Text(
                    f"Waiver {waiver.id} expired on {waiver.expires}",
                    f"면제 {waiver.id}은(는) {waiver.expires}에 만료됨",
                )
            )
        else:
            valid.append(waiver)
    return Waivers(valid, remarks)


def _waiver(file: Path, number: int, entry: object) -> Waiver:
    if not isinstance(entry, dict) or not {"id", "reason", "expires"} <= set(entry) <= KEYS:
        raise BadTeam(
            file, 1, f"waiver {number} needs `id`, `reason`, `expires` and at most `service` besides",
            f"{number}번째 면제에는 `id`, `reason`, `expires`가 있어야 하고 그 밖에는 `service`만 쓸 수 있습니다",
        )  # fmt: skip
    if not isinstance(entry["expires"], date) or not str(entry["reason"]).strip():
        raise BadTeam(
            file, 1, f"waiver {number}: `expires` must be a date (2026-12-31) and `reason` a sentence",
            f"{number}번째 면제: `expires`는 날짜(2026-12-31), `reason`은 문장이어야 합니다",
        )  # fmt: skip
    return Waiver(str(entry["id"]), str(entry["reason"]).strip(), entry["expires"], entry.get("service"))
