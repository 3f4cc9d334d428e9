"""Lighthouse on the pages that a team names, against budgets."""
