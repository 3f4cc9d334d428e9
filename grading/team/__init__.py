"""Reads team.yaml: all that the grader needs to know of a team."""

from grading.team.model import Call, Team
from grading.team.reader import BadTeam, read

__all__ = ["BadTeam", "Call", "Team", "read"]
