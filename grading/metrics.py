"""Reads what programs say of themselves: their own /metrics."""

from __future__ import annotations

import json
import re

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
