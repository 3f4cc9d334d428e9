"""The report's own words."""

from __future__ import annotations

from grading.events import Outcome
from grading.text import Text

NAMES: dict[Outcome, Text] = {
    "passed": Text("passed", "통과"),
    "failed": Text("failed", "실패"),
    "not_checked": Text("not checked", "확인 안 함"),
    "waived": Text("waived", "면제"),
}

LOOKS: dict[str, Text] = {
    "desktop": Text("desktop", "데스크톱"),
    "phone": Text("phone", "휴대전화"),
    "dark": Text("dark", "어두운 화면"),
    "korean": Text("Korean", "한국어"),
}

WORDS: dict[str, Text] = {
    "title": Text("Grade", "채점 결과"),
    "made": Text("Made", "만든 시각"),
    "engine": Text("Engine", "엔진"),
    "scanner": Text("Vulnerability database", "취약점 데이터베이스"),
    "points": Text("points", "점"),
    "share": Text("{} % of what could be checked", "확인한 점수의 {} %"),
    "possible": Text("possible", "전체"),
    "all": Text("all", "모두"),
    "show": Text("Show", "보기"),
    "evidence": Text("Seen", "증거"),
    "reason": Text("Reason", "사유"),
    "why": Text("Why it matters", "왜 중요한가"),
    "hint": Text("What to do", "할 일"),
    "seconds": Text("s", "초"),
    "first": Text("To do first", "먼저 할 일"),
    "nothing_failed": Text("Nothing failed.", "실패한 검사가 없습니다."),
    "measured": Text("Measured", "측정값"),
    "swarm": Text("On a Swarm of three nodes", "노드 세 개의 Swarm에서"),
    "in_words": Text("The chart in words", "차트를 글로"),
    "pictures": Text("Pages in Chromium", "Chromium에서 본 페이지"),
    "checks": Text("Checks", "검사"),
    "area": Text("Area", "영역"),
    "score": Text("Score", "점수"),
    "none": Text("No check has this outcome.", "이 결과에 해당하는 검사가 없습니다."),
    "legend": Text("earned / checkable / possible", "얻은 점수 / 확인한 점수 / 전체 점수"),
}
