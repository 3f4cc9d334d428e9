"""A listener at a stream of Server-Sent Events."""

import json
import queue
import threading

import httpx

from tests.journeys.people import Person

Heard = queue.Queue[tuple[str, dict]]


def listen(http: httpx.Client, path: str, by: Person | None = None) -> Heard:
    """Every event of the stream from now on, as (name, data), until the client is closed; signed in as `by`."""
    if by:
        http.headers["Authorization"] = by.http.headers["Authorization"]
    heard: Heard = queue.Queue()
    ready = threading.Event()
    threading.Thread(target=_read, args=(http, path, heard, ready), daemon=True).start()
    assert ready.wait(10), f"{path} does not open"
    return heard


def _read(http: httpx.Client, path: str, heard: Heard, ready: threading.Event) -> None:
    try:
        with http.stream("GET", path, headers={"Accept": "text/event-stream"}, timeout=60) as stream:
            stream.raise_for_status()
            ready.set()
            name = ""
            for line in stream.iter_lines():
                if line.startswith("event:"):
                    name = line.removeprefix("event:").strip()
                elif line.startswith("data:"):
                    heard.put((name, json.loads(line.removeprefix("data:"))))
    except httpx.HTTPError:
        return
