"""Reads team.yaml: all that the grader needs to know of a team."""

from grading.team.model import Call, Frontend, Team
from grading.team.reader import BadTeam, read

__all__ = ["BadTeam", "Call", "Frontend", "Team", "read"]
