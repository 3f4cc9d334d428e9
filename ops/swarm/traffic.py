"""A crowd of users in one loop: reads, writes and an open stream, with the manners of a browser that knows every node's address."""

import asyncio
import json
import random
import ssl
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from grading.team.model import Call, Realtime, Team
from grading.templates import fill, fill_path

RATE = 40.0
# Of every so many requests one is a write.
WRITE_EVERY = 20
CONNECT_SECONDS, ANSWER_SECONDS, PATIENCE_SECONDS = 1.0, 4.0, 15.0
# A browser asks an address that did not answer again only after a while.
AVOID_SECONDS = 5.0
WRITE_PATIENCE_SECONDS = 60.0


@dataclass
class Second:
    """What happened in one second. Milliseconds are of the reads that were answered."""

    good: int = 0
    # Reads that were answered by a second address.
    retried: int = 0
    failed: int = 0
    writes: int = 0
    milliseconds: list[float] = field(default_factory=list)


@dataclass
class Written:
    """One write as its client knows it."""

    marker: str
    sent: float
    acknowledged: float = 0.0
    tries: int = 0


@dataclass(frozen=True)
class Stream:
    """What a user writes and who listens: the calls of team.yaml, filled in with a thing that is there."""

    realtime: Realtime
    variables: Mapping[str, Any]
    writer: Mapping[str, str]
    listener: Mapping[str, str]


class Traffic:
    """The loop. `addresses` are (host, port) of every node's edge; all bear the certificate of `name`."""

    def __init__(
        self, addresses: list[tuple[str, int]], name: str, tls: ssl.SSLContext, paths: list[str], stream: Stream | None
    ) -> None:
        self.addresses, self.name, self.tls, self.paths, self.stream = addresses, name, tls, paths, stream
        self.began = time.monotonic()
        self.seconds: dict[int, Second] = {}
        self.failures: list[tuple[float, str]] = []
        self.writes: list[Written] = []
        self.events: Counter[str] = Counter()
        self.reconnects = 0
        # How often each marker was in the team's list at the end; empty where the team has none.
        self.list_at_end: Counter[str] = Counter()
        self._last_event = ""
        self._bad: dict[int, float] = {}
        self._stop = False
        self._clients: list[httpx.AsyncClient] = []

    # --- the loop ----------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Go on until `stop`; every request that was begun is waited for."""
        timeout = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
        limits = httpx.Limits(max_connections=50, max_keepalive_connections=10, keepalive_expiry=5)
        self._clients = [
            httpx.AsyncClient(
                base_url=f"https://{host}:{port}", verify=self.tls, timeout=timeout, limits=limits, trust_env=False
            )
            for host, port in self.addresses
        ]
        listening = asyncio.create_task(self._listen()) if self.stream else None
        begun: set[asyncio.Task[None]] = set()
        number = 0
        try:
            while not self._stop:
                write = self.stream and number % WRITE_EVERY == 0
                task = asyncio.create_task(self._write(number) if write else self._read(number))
                begun.add(task)
                task.add_done_callback(begun.discard)
                number += 1
                await asyncio.sleep(max(0.0, self.began + number / RATE - time.monotonic()))
            if begun:
                await asyncio.wait(begun)
            await self._settle()
        finally:
            if listening:
                listening.cancel()
            for client in self._clients:
                await client.aclose()

    def stop(self) -> None:
        self._stop = True

    def second(self) -> Second:
        return self.seconds.setdefault(int(time.monotonic() - self.began), Second())

    # --- reads -------------------------------------------------------------------------------------------------------

    async def _read(self, number: int) -> None:
        began = time.monotonic()
        path = self.paths[number % len(self.paths)]
        reply, tries, said = await self._ask("GET", path, {}, began + PATIENCE_SECONDS)
        now = self.second()
        if reply is not None and reply.status_code == 200:
            now.good += 1
            now.retried += tries > 1
            now.milliseconds.append((time.monotonic() - began) * 1000)
        else:
            now.failed += 1
            self.failures.append(
                (began - self.began, f"GET {path}: {reply.status_code if reply is not None else said}")
            )

    async def _ask(
        self, method: str, path: str, headers: Mapping[str, str], until: float, **body: Any
    ) -> tuple[httpx.Response | None, int, str]:
        """The first answer of any address, whatever its status; another address only where one did not answer."""
        tries, said = 0, ""
        for index in self._order():
            if tries and time.monotonic() > until:
                break
            tries += 1
            try:
                return await self._send(index, method, path, headers, **body), tries, said
            except httpx.TransportError as problem:
                said = type(problem).__name__
                self._bad[index] = time.monotonic()
        return None, tries, said

    async def _send(
        self, index: int, method: str, path: str, headers: Mapping[str, str], **body: Any
    ) -> httpx.Response:
        client = self._clients[index]
        return await client.request(
            method, path, headers={"Host": self.name, **headers}, extensions={"sni_hostname": self.name}, **body
        )

    def _order(self) -> list[int]:
        now = time.monotonic()
        order = random.sample(range(len(self.addresses)), len(self.addresses))
        return sorted(order, key=lambda index: now - self._bad.get(index, -AVOID_SECONDS) < AVOID_SECONDS)

    # --- writes ------------------------------------------------------------------------------------------------------

    async def _write(self, number: int) -> None:
        """Write once, however often it has to be sent: after an answer that got lost the client looks before it repeats."""
        written = Written(f"w{number}-{random.randbytes(4).hex()}", time.monotonic() - self.began)
        self.writes.append(written)
        until = time.monotonic() + WRITE_PATIENCE_SECONDS
        while time.monotonic() < until:
            written.tries += 1
            if await self._act(written.marker) or await self._there(written.marker):
                written.acknowledged = time.monotonic() - self.began
                self.second().writes += 1
                return
            await asyncio.sleep(1)

    async def _act(self, marker: str) -> bool:
        assert self.stream
        call, index = self.stream.realtime.act, self._order()[0]
        try:
            reply = await self._call(index, call, {"marker": marker})
        except httpx.TransportError:
            self._bad[index] = time.monotonic()
            return False
        return reply.status_code in call.expect

    async def _call(self, index: int, call: Call, more: Mapping[str, Any]) -> httpx.Response:
        assert self.stream
        variables = {**self.stream.variables, **more}
        body = {} if call.json is None else {"json": fill(call.json, variables)}
        return await self._send(index, call.method, fill_path(call.path, variables), self.stream.writer, **body)

    async def _there(self, marker: str) -> bool:
        """The write had been done although its answer got lost: the stream told, or the list does."""
        # What is under way may still come through: an API has ten seconds to finish what it began.
        await asyncio.sleep(1)
        return bool(self.events[marker]) or (await self._listed())[marker] > 0

    async def _listed(self) -> Counter[str]:
        """How often each marker is in the team's own list; empty where it has none or does not answer."""
        if not self.stream or not self.stream.realtime.listed:
            return Counter()
        path = fill_path(self.stream.realtime.listed.path, self.stream.variables)
        reply, _, _ = await self._ask("GET", path, {}, time.monotonic() + PATIENCE_SECONDS)
        if reply is None or reply.status_code != 200:
            return Counter()
        return Counter({one.marker: reply.text.count(f'"{one.marker}"') for one in self.writes})

    # --- the stream --------------------------------------------------------------------------------------------------

    async def _listen(self) -> None:
        """Hold the stream open; after each break go on after the last event that was seen, at the next address."""
        assert self.stream
        path = fill_path(self.stream.realtime.path, self.stream.variables)
        while True:
            for index in self._order():
                try:
                    await self._hear(index, path)
                except httpx.TransportError:
                    self._bad[index] = time.monotonic()
                self.reconnects += 1
                await asyncio.sleep(0.5)

    async def _hear(self, index: int, path: str) -> None:
        assert self.stream
        headers = {"Host": self.name, "Accept": "text/event-stream", **self.stream.listener}
        if self._last_event:
            headers["Last-Event-ID"] = self._last_event
        # Heartbeats come more often than this.
        timeout = httpx.Timeout(CONNECT_SECONDS, read=20)
        client = self._clients[index]
        async with client.stream(
            "GET", path, headers=headers, timeout=timeout, extensions={"sni_hostname": self.name}
        ) as reply:
            if reply.status_code != 200:
                return
            event: dict[str, str] = {}
            async for line in reply.aiter_lines():
                if line:
                    name, _, value = line.partition(":")
                    event[name] = value.removeprefix(" ")
                    continue
                self._heard(event)
                event = {}

    def _heard(self, event: Mapping[str, str]) -> None:
        if event.get("id"):
            self._last_event = event["id"]
        data = event.get("data", "")
        try:
            text = json.dumps(json.loads(data), ensure_ascii=False)
        except ValueError:
            return
        for written in self.writes[-400:]:
            if f'"{written.marker}"' in text:
                self.events[written.marker] += 1

    async def _settle(self) -> None:
        """Wait until the stream has told of every write, at most as long as a reader would, and read the list."""
        wanted = [one.marker for one in self.writes if one.acknowledged]
        deadline = time.monotonic() + 25
        while any(not self.events[one] for one in wanted) and time.monotonic() < deadline:
            await asyncio.sleep(0.3)
        self.list_at_end = await self._listed()


@dataclass(frozen=True)
class Totals:
    """The verdict's numbers."""

    reads: int
    failed: int
    retried: int
    writes: int
    unanswered: int
    lost: int
    doubled: int
    missed: int
    reconnects: int


def totals(traffic: Traffic) -> Totals:
    """What became of all requests; `lost` and `doubled` count what was acknowledged, `missed` what the stream never told."""
    seconds = traffic.seconds.values()
    done = [one.marker for one in traffic.writes if one.acknowledged]
    listed = traffic.list_at_end
    return Totals(
        reads=sum(one.good + one.failed for one in seconds),
        failed=sum(one.failed for one in seconds),
        retried=sum(one.retried for one in seconds),
        writes=len(done),
        unanswered=len(traffic.writes) - len(done),
        lost=sum(listed[one] == 0 for one in done) if listed else 0,
        doubled=sum(listed[one] > 1 for one in done),
        missed=sum(traffic.events[one] == 0 for one in done),
        reconnects=traffic.reconnects,
    )


def read_paths(team: Team) -> list[str]:
    """What the reads ask for: the list that the team caches, and the API's health."""
    return [*([team.cache.request.partition(" ")[2]] if team.cache else []), "/api/health"]
