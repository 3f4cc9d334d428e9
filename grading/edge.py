"""A client of the edge, as a browser would be one: over TLS, trusting only the stack's own CA."""

from __future__ import annotations

import ssl
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from grading.team import Call
from grading.templates import fill, fill_path, look
from grading.text import Text

TIMEOUT = 10.0
# A rate limit is a virtue; the grader waits as it is told, if that is soon.
LONGEST_WAIT = 15.0
MOST_BODY = 20_000_000

Variables = Mapping[str, Any]
File = tuple[str, bytes, str]


class NoAnswer(AssertionError):
    """The request got no answer: a failure of what is graded, not of the grader."""


class Edge:
    """`send` returns any answer; `call` asserts the expected status and returns the JSON."""

    def __init__(self, port: int, ca: Path, host: str = "localhost") -> None:
        self.port, self.host, self.ca = port, host, ca
        self.base = f"https://{host}:{port}"
        self.tls = ssl.create_default_context(cafile=str(ca))
        limits = httpx.Limits(max_connections=60, max_keepalive_connections=10)
        self.http = httpx.Client(base_url=self.base, verify=self.tls, timeout=TIMEOUT, trust_env=False, limits=limits)

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        patient: bool = True,
        **body: Any,
    ) -> httpx.Response:
        """One request; `patient` waits out a 429. Raises NoAnswer if none comes within 10 s."""
        began = time.monotonic()
        while True:
            try:
                reply = self.http.request(method, path, headers=dict(headers or {}), **body)
            except httpx.HTTPError as problem:
                raise NoAnswer(
                    Text(
                        f"{method} {path} got no answer: {type(problem).__name__} {problem}",
                        f"{method} {path}에 응답이 없음: {type(problem).__name__} {problem}",
                    )
                ) from None
            wait = _seconds(reply.headers.get("retry-after")) if reply.status_code == 429 and patient else None
            if wait is None or time.monotonic() - began + wait > LONGEST_WAIT:
                return reply
            time.sleep(wait)

    def request(
        self,
        call: Call,
        variables: Variables,
        headers: Mapping[str, str] | None = None,
        file: File | None = None,
        **options: Any,
    ) -> httpx.Response:
        """A request of team.yaml, filled in; whatever the status."""
        body: dict[str, Any] = {}
        if call.json is not None:
            body["json"] = fill(call.json, variables)
        if call.file and file:
            body["files"] = {call.file: file}
            body["data"] = fill(call.form, variables)
        elif call.form:
            body["data"] = fill(call.form, variables)
        all_headers = fill(call.headers, variables) | dict(headers or {})
        return self.send(call.method, fill_path(call.path, variables), headers=all_headers, **body, **options)

    def call(
        self, call: Call, variables: Variables, headers: Mapping[str, str] | None = None, file: File | None = None
    ) -> dict[str, Any]:
        """A request of team.yaml that must be answered as expected; returns what it `take`s, and `reply`."""
        reply = self.request(call, variables, headers, file)
        expect(reply, call.expect)
        content = json_of(reply) if reply.content and "json" in reply.headers.get("content-type", "") else None
        taken = {name: look(content, path) for name, path in call.take.items()}
        return taken | {"reply": content}


def _seconds(text: str | None) -> float | None:
    return float(text) if text and text.isdigit() else None


def describe(reply: httpx.Response) -> str:
    """`GET /api/x -> 500: {"error"...`"""
    request = reply.request
    return f"{request.method} {request.url.raw_path.decode()[:120]} -> {reply.status_code}: {reply.text[:200]}"


def expect(reply: httpx.Response, statuses: list[int]) -> None:
    wanted = " or ".join(map(str, statuses))
    assert reply.status_code in statuses, Text(
        f"{describe(reply)} (expected {wanted})", f"{describe(reply)} (기대한 값: {wanted.replace(' or ', ' 또는 ')})"
    )


def json_of(reply: httpx.Response) -> Any:
    try:
        return reply.json()
    except ValueError:
        raise AssertionError(Text(f"{describe(reply)} is not JSON", f"{describe(reply)}: JSON이 아닙니다")) from None
