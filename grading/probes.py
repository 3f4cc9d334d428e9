"""Connections tried from inside the stack's networks."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Literal

from grading.stack import Stack

# Runs in a container of the grader's. A name that does not exist takes the resolver long to deny, hence threads.
CODE = r"""
import json, os, socket, ssl, sys, threading, time
STARTUP = (3 << 16).to_bytes(4, "big") + b"user\0postgres\0database\0postgres\0\0"
STARTUP = (len(STARTUP) + 4).to_bytes(4, "big") + STARTUP
HTTP = b"GET /api/health HTTP/1.1\r\nHost: api\r\nConnection: close\r\n\r\n"

def connect(target):
    one = socket.create_connection((target["host"], target["port"]), 4)
    one.settimeout(4)
    return one

def plain(target, first):
    with connect(target) as one:
        one.sendall(first)
        answer = one.recv(300)
        return "answered: " + answer.decode("latin-1") if answer else "refused: closed"

def tls(target, before=b""):
    context = ssl.create_default_context(cafile="/ca.crt")
    with connect(target) as one:
        if before:
            one.sendall(before)
            if one.recv(1) != b"S":
                return "refused: no TLS offered"
        with context.wrap_socket(one, server_hostname=target["host"]) as secured:
            return "tls: " + secured.version()

WAYS = {
    "reach": lambda target: (connect(target).close(), "reached")[1],
    "postgres": lambda target: plain(target, STARTUP),
    "redis": lambda target: plain(target, b"PING\r\n"),
    "http": lambda target: plain(target, HTTP),
    "tls": tls,
    "postgres-tls": lambda target: tls(target, bytes.fromhex("0000000804d2162f")),
}

def attempt(number, target):
    try:
        answers[number] = WAYS[target["way"]](target)
    except ssl.SSLCertVerificationError as problem:
        answers[number] = "unverified: " + problem.verify_message
    except (OSError, EOFError) as problem:
        answers[number] = "refused: " + type(problem).__name__

targets = json.loads(sys.argv[1])
answers = ["refused: no answer"] * len(targets)
threads = [threading.Thread(target=attempt, args=one, daemon=True) for one in enumerate(targets)]
for thread in threads:
    thread.start()
deadline = time.monotonic() + 4
for thread in threads:
    thread.join(max(0, deadline - time.monotonic()))
print(json.dumps(answers), flush=True)
os._exit(0)
"""


@dataclass(frozen=True)
class Target:
    """A way to speak to a service: plaintext in its protocol, TLS verified against the CA, or only to reach it."""

    way: Literal["reach", "postgres", "redis", "http", "tls", "postgres-tls"]
    host: str
    port: int


def attempt(stack: Stack, network: str, targets: list[Target]) -> list[str]:
    """What each target says on this network: `answered: ...`, `refused: ...`, `unverified: ...`, `tls: ...`, `reached`."""
    result = stack.inside(network, CODE, json.dumps([asdict(one) for one in targets]))
    if result.code:
        raise RuntimeError(f"probe: {result.output[-300:]}")
    answers: list[str] = json.loads(result.stdout)
    return answers
