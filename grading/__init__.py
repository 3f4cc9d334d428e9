"""Grades a team's submission by running it and measuring what it does."""
