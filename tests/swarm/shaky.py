"""A server with one fault: lists, takes writes and tells of them over TLS, all in one small loop."""

import asyncio
import contextlib
import json
import ssl
from collections import Counter
from collections.abc import AsyncIterator

DAWDLE_SECONDS = 0.8


class Shaky:
    """`fault` is one of: none, loses, doubles, mute, fails, refuses, forgets (its list), cuts (its streams), deaf (to streams),
    dawdles (and does it when nobody waits any more), hangs (with every read, and refuses every write for now)."""

    def __init__(self, fault: str) -> None:
        self.fault = fault
        self.items: list[str] = []
        self.told: list[str] = []
        self.asked: Counter[str] = Counter()
        self.news = asyncio.Condition()
        self.over = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, closed after its answer."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            method, path, *_ = (await reader.readline()).decode().split() or ("", "")
            headers = {}
            while (line := (await reader.readline()).decode().strip()) != "":
                name, _, value = line.partition(":")
                headers[name.lower()] = value.strip()
            self.asked[f"{method} {path}"] += 1
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            if path == "/stream":
                await self.stream(writer, int(headers.get("last-event-id") or len(self.told)))
            else:
                status, content = await self.answer(method, path, body)
                data = json.dumps(content).encode()
                writer.write(b"HTTP/1.1 %d .\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % (status, len(data)))
                writer.write(data)
                await writer.drain()
        writer.close()

    async def answer(self, method: str, path: str, body: bytes) -> tuple[int, object]:
        if self.fault == "hangs" and (method, path) != ("GET", "/items"):
            if method == "GET":
                async with self.news:
                    await self.news.wait_for(lambda: self.over)
            return 503, "later"
        if method == "POST":
            if self.fault == "refuses" and len(self.items) > 2:
                return 401, "who are you?"
            if self.fault == "dawdles":
                await asyncio.sleep(DAWDLE_SECONDS)
            await self.store(json.loads(body)["body"])
            return 201, "done"
        if path == "/items":
            return (500, "forgotten") if self.fault == "forgets" else (200, self.items)
        return (500, "oh") if self.fault == "fails" and len(self.items) > 2 else (200, "welcome")

    async def store(self, item: str) -> None:
        if self.fault != "loses" or len(self.items) != 1:
            self.items.append(item)
        else:
            self.items.append("something else")
        if self.fault == "doubles":
            self.items.append(item)
        async with self.news:
            if self.fault != "mute" or len(self.items) != 2:
                self.told.append(item)
            self.news.notify_all()

    async def stream(self, writer: asyncio.StreamWriter, after: int) -> None:
        if self.fault == "deaf":
            return
        writer.write(b"HTTP/1.1 200 .\r\nconnection: close\r\ncontent-type: text/event-stream\r\n\r\n: open\n\n")
        while not self.over:
            for item in self.told[after:]:
                after += 1
                writer.write(f"id: {after}\ndata: {json.dumps({'body': item})}\n\n".encode())
            await writer.drain()
            if self.fault == "cuts" and after and after % 2 == 0:
                return
            async with self.news:
                await self.news.wait_for(lambda after=after: len(self.told) > after or self.over)


@contextlib.asynccontextmanager
async def serving(fault: str, tls: ssl.SSLContext) -> AsyncIterator[tuple[Shaky, int]]:
    """The server and its port on 127.0.0.1."""
    shaky = Shaky(fault)
    server = await asyncio.start_server(shaky.serve, "127.0.0.1", 0, ssl=tls)
    try:
        yield shaky, server.sockets[0].getsockname()[1]
    finally:
        shaky.over = True
        async with shaky.news:
            shaky.news.notify_all()
        server.close()
