"""Asks the stack's Prometheus, over TLS verified against the stack's CA."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from grading.text import Text


class Mute(AssertionError):
    """Prometheus did not answer as it should: a failure of what is graded."""


@dataclass(frozen=True)
class Sample:
    labels: Mapping[str, str]
    value: float


class Prometheus:
    def __init__(self, port: int, ca: Path) -> None:
        tls = ssl.create_default_context(cafile=str(ca))
        self.base = f"https://localhost:{port}"
        self.http = httpx.Client(base_url=self.base, verify=tls, timeout=10, trust_env=False)

    def get(self, path: str, **parameters: str | list[str]) -> Any:
        """The `data` of an answer of its API. Raises Mute if there is none."""
        try:
            reply = self.http.get(f"/api/v1/{path}", params=parameters)
            content = reply.json()
        except (httpx.HTTPError, ValueError) as problem:
            said = f"{type(problem).__name__} {problem}"
            raise Mute(Text(f"Prometheus does not answer: {said}", f"Prometheus가 응답하지 않음: {said}")) from None
        if content.get("status") != "success":
            said = str(content.get("error"))[:300]
            raise Mute(Text(f"Prometheus refuses: {said}", f"Prometheus가 거부함: {said}"))
        return content["data"]

    def query(self, expression: str) -> list[Sample]:
        """The present value of every series that the expression gives; a NaN is none."""
        data = self.get("query", query=expression)
        if data["resultType"] == "scalar":
            return [Sample({}, float(data["result"][1]))]
        found = [Sample(one["metric"], float(one["value"][1])) for one in data["result"]]
        return [one for one in found if one.value == one.value]

    def total(self, expression: str) -> float:
        """The sum of what the expression gives; 0 if it gives nothing."""
        return sum(one.value for one in self.query(expression))

    def targets(self) -> list[dict[str, Any]]:
        """What it scrapes, with the state of each."""
        found: list[dict[str, Any]] = self.get("targets", state="active")["activeTargets"]
        return found

    def rules(self) -> list[dict[str, Any]]:
        """The groups of rules that it has read."""
        found: list[dict[str, Any]] = self.get("rules")["groups"]
        return found

    def firing(self) -> set[str]:
        """The names of the alerts that fire now."""
        return {one["labels"]["alertname"] for one in self.get("alerts")["alerts"] if one["state"] == "firing"}

    def values(self, label: str, metric: str) -> list[str]:
        """The values that a label of a metric has."""
        found: list[str] = self.get(f"label/{label}/values", **{"match[]": metric})
        return found
