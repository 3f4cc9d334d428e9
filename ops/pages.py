"""Fills in what pages take from the code, so that the two cannot drift: `./nox -s pages`.

A page holds it between `<!-- code: NAME -->` and `<!-- end -->`; all else is written by hand.
"""

import re
import sys
from pathlib import Path

from ops import capacity
from ops.failure import Failure, stop
from ops.paths import ROOT
from ops.progress import console
from ops.swarm.exercises import EXERCISES
from ops.swarm.exercises.exercise import Exercise

DOCS = ROOT / "docs"
BLOCK = re.compile(r"(<!-- code: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
HINT = {"en": "Hint", "ko": "힌트"}
# As a group of three takes them, with reading, predicting and one try by hand.
MINUTES = {
    "deploy": 10, "scale": 5, "kill-container": 5, "out-of-memory": 10, "kill-node": 10, "update": 5, "rollback": 5,
    "rotate-secret": 15, "drain": 5, "partition": 15, "lose-leader": 10, "lose-quorum": 15, "database-node": 20,
}  # fmt: skip
TOP = {
    "en": "[한국어]({name}.ko.md) · [The lab](README.md) · about {minutes} minutes",
    "ko": "[English]({name}.md) · [실습 환경](README.ko.md) · 약 {minutes}분",
}


def pages() -> dict[Path, dict[str, str]]:
    """Page -> name of a block -> what stands in it."""
    found = {}
    for lang, ending in (("en", ".md"), ("ko", ".ko.md")):
        for exercise in EXERCISES.values():
            found[DOCS / "swarm" / f"{exercise.name}{ending}"] = blocks(exercise, lang)
        found[DOCS / "swarm" / f"README{ending}"] = {"exercises": index(lang, ending)}
        figures = capacity.read_figures()
        found[DOCS / f"scaling{ending}"] = {
            "costs": capacity.cost_table(figures, lang),
            "capacity": capacity.capacity_table(figures, lang),
        }
    return found


def blocks(exercise: Exercise, lang: str) -> dict[str, str]:
    """What an exercise tells a person in the terminal, as parts of its page."""
    hints = [
        f"<details><summary>{HINT[lang]} {number}</summary>\n\n{hint.within(lang)}\n\n</details>"
        for number, hint in enumerate(exercise.hints, 1)
    ]
    return {
        "title": f"# {exercise.title.within(lang)}\n\n{TOP[lang].format(name=exercise.name, minutes=MINUTES[exercise.name])}",
        "predict": f"> {exercise.predict.within(lang)}",
        "commands": "\n".join(["```sh", *exercise.commands, "```"]),
        "hints": "\n".join(hints),
    }


def index(lang: str, ending: str) -> str:
    """The exercises in the order in which they teach."""
    words = {"en": ["", "exercise", "its name", "minutes"], "ko": ["", "실습", "이름", "분"]}[lang]
    rows = [words, ["---:", "---", "---", "---:"]]
    for number, (name, one) in enumerate(EXERCISES.items(), 1):
        rows.append([str(number), f"[{one.title.within(lang)}]({name}{ending})", f"`{name}`", str(MINUTES[name])])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def filled(text: str, parts: dict[str, str]) -> str:
    """The page's text with every block as the code has it. Failure names the first block that only one of the two knows."""
    named = [found[2] for found in BLOCK.finditer(text)]
    if different := set(named) ^ set(parts):
        first = min(different)
        raise Failure(
            f"The block {first!r} is {'not in the page' if first in parts else 'not known to the code'}.",
            f"{first!r} 블록이 {'페이지에 없습니다' if first in parts else '코드에 없습니다'}.",
        )
    return BLOCK.sub(lambda found: f"{found[1]}{parts[found[2]]}\n{found[3]}", text)


def main() -> int:
    """Rewrite the pages whose blocks are not as the code has them."""
    for page, parts in pages().items():
        try:
            text = page.read_text(encoding="utf-8")
            new = filled(text, parts)
        except (OSError, Failure) as problem:
            shown = page.relative_to(ROOT)
            raise Failure(f"{shown}: {problem}", f"{shown} 페이지를 확인하세요.") from None
        if new != text:
            page.write_text(new, encoding="utf-8")
            console.print(f"  {page.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        stop(failure)
