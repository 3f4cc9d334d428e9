"""Listens to a team's stream as a browser would: Server-Sent Events or a WebSocket, resumed where it broke off."""

from __future__ import annotations

import contextlib
import json
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect
from websockets.typing import Origin

from grading.edge import Edge
from grading.team.model import Realtime
from grading.templates import fill, fill_path, look
from grading.text import Text

OPEN_SECONDS = 3


@dataclass(frozen=True)
class Event:
    id: str
    name: str
    data: Any
    # When it arrived, on the monotonic clock.
    at: float


class Listener:
    """One open stream; events are collected as they come."""

    def __init__(self) -> None:
        self._queue: queue.Queue[Event] = queue.Queue()
        self._open = threading.Event()
        self._stop = threading.Event()
        self.problem: str | None = None
        self.seen: list[Event] = []

    def wait_for(self, wanted: Callable[[Event], bool], seconds: float) -> Event | None:
        """The first event, of those not looked at before, that is wanted; None if none comes in time."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                event = self._queue.get(timeout=left)
            except queue.Empty:
                break
            self.seen.append(event)
            if wanted(event):
                return event
        return None

    def opened(self) -> None:
        self._open.set()

    def take(self, event: Event) -> None:
        self._queue.put(event)

    @property
    def stopped(self) -> bool:
        return self._stop.is_set()


@contextlib.contextmanager
def listen(
    edge: Edge, realtime: Realtime, variables: Mapping[str, Any], headers: Mapping[str, str], last: str | None = None
) -> Iterator[Listener]:
    """A stream that is open in the block, after event `last` if given. AssertionError if it does not open."""
    listener = Listener()
    run = _sse if realtime.kind == "sse" else _websocket
    thread = threading.Thread(
        target=run, args=(listener, edge, realtime, dict(variables), dict(headers), last), daemon=True
    )
    thread.start()
    try:
        # A server may send nothing, not even headers, before the first event: silence is not a refusal.
        deadline = time.monotonic() + OPEN_SECONDS
        while not listener._open.wait(0.1) and not listener.problem and time.monotonic() < deadline:
            pass
        why = listener.problem
        assert not why, Text(f"{realtime.path}: {why}", f"{realtime.path}: {why}")
        yield listener
    finally:
        listener._stop.set()


def _sse(
    listener: Listener,
    edge: Edge,
    realtime: Realtime,
    variables: dict[str, Any],
    headers: dict[str, str],
    last: str | None,
) -> None:
    headers = headers | {"Accept": "text/event-stream"} | ({"Last-Event-ID": last} if last else {})
    path = fill_path(realtime.path, variables)
    try:
        # A client of its own: the stream holds its connection. Heartbeats come more often than this.
        with (
            httpx.Client(
                base_url=edge.base, verify=edge.tls, trust_env=False, timeout=httpx.Timeout(10, read=40)
            ) as client,
            client.stream("GET", path, headers=headers) as reply,
        ):
            kind = reply.headers.get("content-type", "")
            if reply.status_code != 200 or not kind.startswith("text/event-stream"):
                listener.problem = f"{reply.status_code} {kind}"
                return
            listener.opened()
            fields: dict[str, str] = {}
            for line in reply.iter_lines():
                if listener.stopped:
                    return
                if line:
                    name, _, value = line.partition(":")
                    fields[name] = fields[name] + "\n" + value.lstrip() if name in fields else value.lstrip()
                elif "data" in fields:
                    listener.take(
                        Event(fields.get("id", ""), fields.get("event", ""), _json(fields["data"]), time.monotonic())
                    )
                    fields = {}
                else:
                    fields = {}
    except httpx.HTTPError as problem:
        listener.problem = f"{type(problem).__name__} {problem}"


def _websocket(
    listener: Listener,
    edge: Edge,
    realtime: Realtime,
    variables: dict[str, Any],
    headers: dict[str, str],
    last: str | None,
) -> None:
    path = fill_path(realtime.path, variables)
    if last:
        path += ("&" if "?" in path else "?") + f"{realtime.resume}={last}"
    url = edge.base.replace("https://", "wss://") + path
    try:
        with connect(
            url,
            ssl=edge.tls,
            open_timeout=OPEN_SECONDS,
            additional_headers=headers,
            proxy=None,
            origin=Origin(edge.base),
        ) as socket:
            if realtime.hello is not None:
                socket.send(json.dumps(fill(realtime.hello, variables | ({"last": last} if last else {"last": None}))))
            listener.opened()
            while not listener.stopped:
                try:
                    content = _json(socket.recv(timeout=0.5))
                except TimeoutError:
                    continue
                if isinstance(content, dict):
                    id = str(look(content, realtime.id, ""))
                    listener.take(Event(id, str(content.get("type", "")), content, time.monotonic()))
    except (WebSocketException, OSError) as problem:
        listener.problem = f"{type(problem).__name__} {problem}"


def _json(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
