"""A crowd of users in one loop: reads, writes and open streams, with the manners of a browser that knows every node's address."""

import asyncio
import contextlib
import json
import random
import socket
import ssl
import struct
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from grading.team.model import Call, Realtime, Team
from grading.templates import fill, fill_path

RATE = 40.0
# Of every so many requests one is a write.
WRITE_EVERY = 20
# A read that nobody answered in so long has failed: then people leave.
CONNECT_SECONDS, ANSWER_SECONDS, PATIENCE_SECONDS = 1.0, 4.0, 15.0
# A browser asks an address that did not answer again only after a while.
AVOID_SECONDS = 5.0
# Of four who got no answer one asks again at once, the others later, when somebody else has stopped asking; a few dozen may
# before that is so. A crowd that all asks again keeps down what has just come back: it asks three times as much.
REPEATED, REPEATED_AT_ONCE = 0.25, 40.0
WRITE_PATIENCE_SECONDS = 60.0
# What got no answer may still be under way: behind a lock, or in an API that has ten seconds to finish what it began.
# Only after so many looks in a row at a list that lacks it is it sent again.
LOOKS, LOOK_SECONDS = 10, 1.0
# How long a listener may take to hear of the last write.
SETTLE_SECONDS = 25.0
# What an address does to a request that it does not answer.
SILENT = (aiohttp.ClientError, OSError, TimeoutError)
# Of these those after which nothing can have been sent.
UNREACHED = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
# Python before 3.12.7 waits for a dead node to say goodbye on a TLS connection, and leaves it open when the loop ends.
NEVER_CLOSED = sys.version_info < (3, 12, 7)
# Answers after which a browser sends the same again; any other below 500 is a refusal, and its user sees it.
LATER = {408, 425, 429}


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
    refused: bool = False


@dataclass(frozen=True)
class Stream:
    """What a user writes and who listens: the calls of team.yaml, and the variables of a thing that is there."""

    realtime: Realtime
    variables: Mapping[str, Any]
    writer: Mapping[str, str]
    listener: Mapping[str, str]


@dataclass(frozen=True)
class Reply:
    """An answer, read to its end."""

    status: int
    text: str


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
        # One listener for each node's edge, so that no node dies unheard: how often each was told of each marker.
        self.events: list[Counter[str]] = [Counter() for _ in addresses] if stream else []
        self.reconnects = 0
        # How often each marker was in the team's list at the end; None where nobody could tell.
        self.list_at_end: Counter[str] | None = None
        # What was acknowledged between these two seconds is known to be lost: a backup is older.
        self.unsaved: tuple[float, float] | None = None
        self._hearing: set[int] = set()
        self._bad: dict[int, float] = {}
        self._stop, self._wait = False, True
        self._repeats = REPEATED_AT_ONCE
        self._next_look: asyncio.Task[Counter[str] | None] | None = None
        self._looks: set[asyncio.Task[Counter[str] | None]] = set()
        self._session: aiohttp.ClientSession | None = None

    # --- the loop ----------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Go on until `stop`; every request that was begun is waited for."""
        # Each of a crowd has connections of their own: nobody waits for a stranger's slow answer.
        connector = aiohttp.TCPConnector(
            ssl=self.tls,
            limit=0,
            keepalive_timeout=5,
            enable_cleanup_closed=NEVER_CLOSED,
            socket_factory=_forgetful_socket,
        )
        # aiohttp, since the crowd shares its processors with what it watches: httpx takes three times as much for a request.
        self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        listening = [asyncio.create_task(self._listen(index)) for index in range(len(self.events))]
        begun: set[asyncio.Task[None]] = set()
        number = 0
        try:
            while not self._stop:
                # Nobody is told of what was written before he listened.
                write = len(self._hearing) == len(self.addresses) and number % WRITE_EVERY == 0
                task = asyncio.create_task(self._write(number) if write else self._read(number))
                begun.add(task)
                task.add_done_callback(begun.discard)
                number += 1
                await asyncio.sleep(max(0.0, self.began + number / RATE - time.monotonic()))
            if self._wait:
                if begun:
                    await asyncio.wait(begun)
                await self._settle()
        finally:
            left = [*listening, *begun, *self._looks]
            for one in left:
                one.cancel()
            await asyncio.gather(*left, return_exceptions=True)
            await self._session.close()

    def stop(self, wait: bool = True) -> None:
        """No more requests; without `wait` those that are under way are dropped, and nothing is counted in the end."""
        self._stop, self._wait = True, self._wait and wait

    def second(self) -> Second:
        return self.seconds.setdefault(int(time.monotonic() - self.began), Second())

    # --- reads -------------------------------------------------------------------------------------------------------

    async def _read(self, number: int) -> None:
        began = time.monotonic()
        path = self.paths[number % len(self.paths)]
        reply, tries, said = await self._ask("GET", path, {}, began + PATIENCE_SECONDS)
        now = self.second()
        if reply is not None and reply.status == 200:
            now.good += 1
            now.retried += tries > 1
            now.milliseconds.append((time.monotonic() - began) * 1000)
        else:
            now.failed += 1
            self.failures.append((began - self.began, f"GET {path}: {said if reply is None else _told(reply)}"))

    async def _ask(
        self, method: str, path: str, headers: Mapping[str, str], until: float, **body: Any
    ) -> tuple[Reply | None, int, str]:
        """The first answer of any address, whatever its status; the next address, again and again, where one does not answer."""
        tries, said = 0, ""
        self._repeats = min(self._repeats + REPEATED, REPEATED_AT_ONCE)
        while not tries or await self._may_repeat(until):
            index = self._order()[0]
            tries += 1
            try:
                return await self._send(index, method, path, headers, **body), tries, said
            except SILENT as problem:
                said = type(problem).__name__
                self._bad[index] = time.monotonic()
        return None, tries, said

    async def _send(self, index: int, method: str, path: str, headers: Mapping[str, str], **body: Any) -> Reply:
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=ANSWER_SECONDS)
        async with self._request(index, method, path, headers, timeout, **body) as reply:
            return Reply(reply.status, await reply.text(errors="replace"))

    def _request(
        self,
        index: int,
        method: str,
        path: str,
        headers: Mapping[str, str],
        timeout: aiohttp.ClientTimeout,
        **body: Any,
    ) -> contextlib.AbstractAsyncContextManager[aiohttp.ClientResponse]:
        assert self._session
        host, port = self.addresses[index]
        return self._session.request(
            method,
            f"https://{host}:{port}{path}",
            headers={"Host": self.name, **headers},
            server_hostname=self.name,
            allow_redirects=False,
            timeout=timeout,
            **body,
        )

    def _order(self) -> list[int]:
        now = time.monotonic()
        order = random.sample(range(len(self.addresses)), len(self.addresses))
        # Of those that did not answer lately the one first that was asked longest ago.
        return sorted(order, key=lambda index: max(0.0, self._bad.get(index, 0.0) - now + AVOID_SECONDS))

    async def _may_repeat(self, until: float) -> bool:
        """Wait for one's turn to ask again; False where it does not come in time."""
        while time.monotonic() < until:
            if self._repeats >= 1:
                self._repeats -= 1
                return True
            await asyncio.sleep(random.uniform(0.1, 0.5))
        return False

    # --- writes ------------------------------------------------------------------------------------------------------

    async def _write(self, number: int) -> None:
        """Write once, however often it has to be sent: after an answer that got lost the client looks before it repeats."""
        written = Written(f"w{number}-{random.randbytes(4).hex()}", time.monotonic() - self.began)
        self.writes.append(written)
        until = time.monotonic() + WRITE_PATIENCE_SECONDS
        while time.monotonic() < until and not written.refused:
            written.tries += 1
            done = await self._act(written)
            if done is None:
                done = await self._there(written.marker, until)
            if done:
                written.acknowledged = time.monotonic() - self.began
                self.second().writes += 1
                return
            await asyncio.sleep(LOOK_SECONDS)

    async def _act(self, written: Written) -> bool | None:
        """Whether it was done; None where nobody can say."""
        assert self.stream
        call, index = self.stream.realtime.act, self._order()[0]
        try:
            reply = await self._call(index, call, {"marker": written.marker})
        except SILENT as problem:
            self._bad[index] = time.monotonic()
            return False if isinstance(problem, UNREACHED) else None
        if reply.status in call.expect:
            return True
        written.refused = 400 <= reply.status < 500 and reply.status not in LATER
        if written.refused:
            self.failures.append((written.sent, f"{call.request}: {_told(reply)}"))
        return None if reply.status >= 500 else False

    async def _call(self, index: int, call: Call, more: Mapping[str, Any]) -> Reply:
        assert self.stream
        variables = {**self.stream.variables, **more}
        body = {} if call.json is None else {"json": fill(call.json, variables)}
        return await self._send(index, call.method, fill_path(call.path, variables), self.stream.writer, **body)

    async def _there(self, marker: str, until: float) -> bool:
        """The write had been done although its answer got lost: the stream told, or the list does."""
        lacking = 0
        while lacking < LOOKS and time.monotonic() < until:
            listed = await self._look()
            if any(told[marker] for told in self.events) or (listed and listed[marker]):
                return True
            # A list that does not answer says nothing; where there is none the stream alone does.
            lacking = 0 if listed is None and self._has_list() else lacking + 1
        return False

    async def _look(self) -> Counter[str] | None:
        """The list, as of a second from now. All who wait share one look: a hundred of them would be the greater part of the crowd."""
        if self._next_look is None:
            self._next_look = asyncio.create_task(self._look_soon())
            self._looks.add(self._next_look)
            self._next_look.add_done_callback(self._looks.discard)
        return await asyncio.shield(self._next_look)

    async def _look_soon(self) -> Counter[str] | None:
        await asyncio.sleep(LOOK_SECONDS)
        # Whoever comes from now on wants to know of something later.
        self._next_look = None
        return await self._listed()

    async def _listed(self) -> Counter[str] | None:
        """How often each marker is in the team's own list; None where it has none or does not answer."""
        if not self.stream or not self.stream.realtime.listed:
            return None
        path = fill_path(self.stream.realtime.listed.path, self.stream.variables)
        reply, _, _ = await self._ask("GET", path, {}, time.monotonic() + PATIENCE_SECONDS)
        if reply is None or reply.status != 200:
            return None
        return Counter({one.marker: reply.text.count(f'"{one.marker}"') for one in self.writes})

    # --- the stream --------------------------------------------------------------------------------------------------

    async def _listen(self, listener: int) -> None:
        """Hold a stream open, first at the listener's own address; after each break go on after the last event, at another."""
        assert self.stream
        path = fill_path(self.stream.realtime.path, self.stream.variables)
        order, last = [listener], ""
        while True:
            for index in order:
                try:
                    async for event in self._hear(index, path, last):
                        self._hearing.add(listener)
                        last = event.get("id") or last
                        self._heard(listener, event)
                except SILENT:
                    self._bad[index] = time.monotonic()
                self.reconnects += 1
                await asyncio.sleep(0.5)
            order = self._order()

    async def _hear(self, index: int, path: str, last: str) -> AsyncIterator[dict[str, str]]:
        assert self.stream
        headers = {"Accept": "text/event-stream", **self.stream.listener}
        if last:
            headers["Last-Event-ID"] = last
        # Heartbeats come more often than this.
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=20)
        async with self._request(index, "GET", path, headers, timeout) as reply:
            if reply.status != 200:
                return
            event: dict[str, str] = {}
            yield event
            async for raw in reply.content:
                if line := raw.decode(errors="replace").rstrip("\r\n"):
                    name, _, value = line.partition(":")
                    event[name] = value.removeprefix(" ")
                    continue
                yield event
                event = {}

    def _heard(self, listener: int, event: Mapping[str, str]) -> None:
        try:
            text = json.dumps(json.loads(event.get("data", "")), ensure_ascii=False)
        except ValueError:
            return
        for written in self.writes[-400:]:
            if f'"{written.marker}"' in text:
                self.events[listener][written.marker] += 1

    async def _settle(self) -> None:
        """Wait until every listener was told of every write, at most as long as a reader would, and read the list."""
        wanted = [one.marker for one in self.writes if one.acknowledged]
        deadline = time.monotonic() + SETTLE_SECONDS
        while any(not told[one] for told in self.events for one in wanted) and time.monotonic() < deadline:
            await asyncio.sleep(0.3)
        # No user's read, but the count: a replica that is on its way out may answer the first time.
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (listed := await self._listed()) is None and self._has_list() and time.monotonic() < deadline:
            await asyncio.sleep(1)
        self.list_at_end = listed

    def _has_list(self) -> bool:
        return bool(self.stream and self.stream.realtime.listed)


@dataclass(frozen=True)
class Totals:
    """The verdict's numbers. `lost` and `doubled` are None where no list says."""

    reads: int
    failed: int
    retried: int
    # Milliseconds that the slowest read took that was answered.
    slowest: float
    writes: int
    # Never acknowledged, and of these refused outright.
    unanswered: int
    refused: int
    lost: int | None
    doubled: int | None
    # Somebody was to write, and nothing was written; or there is a list, and at the end it did not answer.
    uncounted: bool
    # Acknowledged after the backup that was restored, and gone with what it replaced.
    unsaved: int
    missed: int
    reconnects: int
    # What a failed request was told, of all that failed what was told most often; "" where none failed.
    told: str = ""


def totals(traffic: Traffic) -> Totals:
    """What became of all requests; `lost` counts what was acknowledged, `missed` what any listener was not told."""
    seconds = traffic.seconds.values()
    done = [one for one in traffic.writes if one.acknowledged]
    listed = traffic.list_at_end
    gone = [one for one in done if listed is not None and not listed[one.marker]]
    unsaved = [one for one in gone if _within(one, traffic.unsaved)]
    return Totals(
        reads=sum(one.good + one.failed for one in seconds),
        failed=sum(one.failed for one in seconds),
        retried=sum(one.retried for one in seconds),
        slowest=max((most for one in seconds for most in one.milliseconds), default=0.0),
        writes=len(done),
        unanswered=len(traffic.writes) - len(done),
        refused=sum(one.refused for one in traffic.writes),
        lost=None if listed is None else len(gone) - len(unsaved),
        doubled=None if listed is None else sum(listed[one.marker] > 1 for one in traffic.writes),
        uncounted=bool(traffic.stream and (not traffic.writes or (traffic.stream.realtime.listed and listed is None))),
        unsaved=len(unsaved),
        missed=sum(not told[one.marker] for told in traffic.events for one in done),
        reconnects=traffic.reconnects,
        told=next((said for said, _ in Counter(said for _, said in traffic.failures).most_common(1)), ""),
    )


def _forgetful_socket(address: Any) -> socket.socket:
    """One that drops what was not delivered when it is closed.

    Else the kernel goes on trying, for more than a minute: a write that was given up at a cut cable, and has been sent again
    elsewhere, arrives when the cable is back.
    """
    family, kind, protocol, _, _ = address
    made = socket.socket(family, kind, protocol)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return made


def _told(reply: Reply) -> str:
    """Status and, of a problem, its code: without the id that each request has of its own."""
    with contextlib.suppress(ValueError, AttributeError):
        if code := json.loads(reply.text).get("code"):
            return f"{reply.status} {code}"
    return f"{reply.status} {reply.text[:80]!r}"


def _within(written: Written, window: tuple[float, float] | None) -> bool:
    return window is not None and window[0] <= written.acknowledged <= window[1]


def read_paths(team: Team, variables: Mapping[str, Any]) -> list[str]:
    """What users read: the home page, the list that the team caches, and the thing that the crowd writes about.

    Not /api/health, which no user asks: it says within a second whether a replica reaches all that it needs, and on a
    machine that just starts five containers no may be the right answer while every reader is served.
    """
    thing = team.resources[team.main].read
    calls = [team.cache.request, *([thing.request] if thing and team.realtime.needs == team.main else [])]
    home = [next(iter(team.frontend.pages.values())).path] if team.frontend else []
    return [fill_path(path, variables) for path in (*home, *(call.partition(" ")[2] for call in calls))]
