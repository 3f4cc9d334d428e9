"""Where things are in this repository."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEAMS = ROOT / "teams"
PLATFORM = ROOT / "platform"
BUILD = ROOT / "build"
SECRETS = ROOT / ".secrets"


def teams() -> list[str]:
    """Names of the teams of this repository or fork: the folders that hold a `team.yaml`."""
    return sorted(path.parent.name for path in TEAMS.glob("*/team.yaml"))
