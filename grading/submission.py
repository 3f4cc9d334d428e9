"""Where a submission's files are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grading.text import Text

ROOT = Path(__file__).resolve().parent.parent


class BadArgument(Exception):
    """The command line names something that cannot be graded."""

    def __init__(self, en: str, ko: str) -> None:
        self.text = Text(en, ko)
        super().__init__(self.text)


@dataclass(frozen=True)
class Submission:
    # The repository: the only tree that the submission may use.
    root: Path
    # teams/<name> in it.
    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def compose_file(self) -> Path:
        return self.folder / "compose.yaml"


def find(argument: str, root: Path = ROOT) -> Submission:
    """A team's name, a fork or a team's folder in a fork. Raises BadArgument if it is none of these."""
    path = root / "teams" / argument if "/" not in argument and argument not in (".", "..") else Path(argument)
    if "/" not in argument and not path.is_dir():
        path = Path(argument)
    path = path.resolve()
    if not path.is_dir():
        known = ", ".join(team.name for team in every(root)) or "-"
        raise BadArgument(
            f"There is no team and no folder {argument!r}; teams here: {known}.",
            f"{argument!r}(이)라는 팀도 폴더도 없습니다. 여기 있는 팀: {known}",
        )
    folders = [path] if (path / "team.yaml").exists() else sorted(one.parent for one in path.glob("teams/*/team.yaml"))
    if len(folders) != 1:
        raise BadArgument(
            f"{argument}: expected one team.yaml in it or under its teams/, found {len(folders)}.",
            f"{argument}: 그 안이나 teams/ 아래에 team.yaml이 하나 있어야 하는데 {len(folders)}개입니다.",
        )
    folder = folders[0].resolve()
    if folder.parent.name != "teams" or not (folder.parent.parent / "platform").is_dir():
        raise BadArgument(
            f"{folder} is not in a repository of the course: teams/<name> beside platform/.",
            f"{folder}은(는) 강의 저장소(teams/<이름>과 platform/이 나란히 있는) 안에 있지 않습니다.",
        )
    return Submission(folder.parent.parent, folder)


def every(root: Path = ROOT) -> list[Submission]:
    """All teams of this repository."""
    return [Submission(root, file.parent) for file in sorted(root.glob("teams/*/team.yaml"))]
