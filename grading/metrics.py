"""Reads what programs say of themselves: their own /metrics, and what Prometheus made of it."""

from __future__ import annotations

import json
import re
from typing import Any

from grading.check import NotChecked
from grading.edge import Edge
from grading.stack import Stack
from grading.text import Text

# Runs inside the network where /metrics is served; the edge does not let it through.
FETCH = r"""
import json, ssl, sys, urllib.error, urllib.request
context = ssl.create_default_context(cafile="/ca.crt")
answers = []
for url in sys.argv[1:]:
    try:
        with urllib.request.urlopen(url, timeout=5, context=context) as reply: answers.append([reply.status, reply.read().decode()])
    except urllib.error.HTTPError as problem: answers.append([problem.code, ""])
    except OSError as problem: answers.append([0, str(problem)])
print(json.dumps(answers))
"""
SAMPLE = re.compile(r"^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')

Sample = tuple[str, dict[str, str], float]


def fetch(stack: Stack, *urls: str, network: str = "app") -> list[tuple[int, str]]:
    """Status and text of each address, asked from inside; status 0 if it cannot be reached."""
    result = stack.inside(network, FETCH, *urls)
    if result.code:
        raise RuntimeError(f"fetch: {result.output[-300:]}")
    return [(status, text) for status, text in json.loads(result.stdout)]


def parse(text: str) -> list[Sample]:
    """Samples of the text format: name, labels, value."""
    found = []
    for line in text.splitlines():
        match = SAMPLE.match(line)
        if match and not line.startswith("#"):
            found.append((match[1], dict(LABEL.findall(match[2] or "")), float(match[3])))
    return found


def of(stack: Stack, service: str, port: int = 9000) -> list[Sample]:
    """What a service of the team's says on its internal port. AssertionError if it says nothing."""
    ((status, text),) = fetch(stack, f"https://{service}:{port}/metrics")
    said = text[:120] if status == 0 else str(status)
    assert status == 200, Text(f"https://{service}:{port}/metrics: {said}", f"https://{service}:{port}/metrics: {said}")
    return parse(text)


def total(samples: list[Sample], name: str, **labels: str) -> float:
    """The sum over all samples of that name that carry these labels."""
    return sum(value for one, found, value in samples if one == name and labels.items() <= found.items())


class Prometheus:
    """The stack's Prometheus, on the port that it publishes to this machine."""

    def __init__(self, stack: Stack) -> None:
        self.edge = Edge(stack.place.ports["PROMETHEUS_PORT"], stack.place.secrets / "ca.crt")

    def ask(self, path: str, **parameters: str) -> Any:
        """`data` of an API reply. AssertionError if Prometheus does not answer."""
        reply = self.edge.send("GET", f"/api/v1/{path}", params=parameters)
        assert reply.status_code in (200, 400, 422), Text(f"Prometheus: {reply.status_code}", f"Prometheus: {reply.status_code}")
        content = reply.json()
        said = content.get("error", "")
        assert content["status"] == "success", Text(f"{parameters}: {said}", f"{parameters}: {said}")
        return content["data"]

    def value(self, query: str) -> float | None:
        """The sum of a query's values now; None if it has none."""
        result = self.ask("query", query=query)["result"]
        return sum(float(one["value"][1]) for one in result) if result else None


def prometheus(stack: Stack, service: str) -> Prometheus:
    if service not in stack.services:
        raise NotChecked(Text(f"There is no service {service}.", f"{service} 서비스가 없습니다."))
    return Prometheus(stack)
