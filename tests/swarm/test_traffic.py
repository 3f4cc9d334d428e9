"""The crowd notices what it is there for: each fault of a server that has one, and nothing where it has none."""

import asyncio
import contextlib
import gc
import ssl
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from grading.team.model import Call, Realtime
from ops import secrets
from ops.swarm import traffic as crowd
from ops.swarm.exercises.exercise import harm
from ops.swarm.traffic import Stream, Totals, Traffic, Written, totals
from tests.swarm.shaky import serving

READS = 40
WELL = Totals(
    reads=100,
    failed=0,
    retried=3,
    slowest=900.0,
    writes=5,
    unanswered=0,
    refused=0,
    lost=0,
    doubled=0,
    uncounted=False,
    unsaved=0,
    missed=0,
    reconnects=2,
)
REALTIME = Realtime(
    kind="sse",
    path="/stream",
    act=Call("POST /items", json={"body": "{marker}"}, expect=[201]),
    marker="body",
    listed=Call("GET /items"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("secrets")
    secrets.ensure(directory, [])
    return directory


def contexts(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """TLS of the server, and of who trusts it."""
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(folder / "tls/nginx.crt", folder / "tls/nginx.key")
    client = ssl.create_default_context(cafile=str(folder / "ca.crt"))
    return server, client


async def watched(fault: str, folder: Path) -> Totals:
    """What the crowd says of the server after so many reads."""
    server, client = contexts(folder)
    async with serving(fault, server) as (_, port):
        stream = Stream(REALTIME, {}, {}, {})
        made = Traffic([("127.0.0.1", port), ("127.0.0.1", port)], "localhost", client, ["/"], stream)
        running = asyncio.create_task(made.run())
        while sum(one.good + one.failed for one in made.seconds.values()) < READS:
            await asyncio.sleep(0.05)
        made.stop()
        await running
        return totals(made)


def counted(fault: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Totals:
    monkeypatch.setattr(crowd, "WRITE_EVERY", 4)
    monkeypatch.setattr(crowd, "WRITE_PATIENCE_SECONDS", 3.0)
    monkeypatch.setattr(crowd, "SETTLE_SECONDS", 1.0)
    monkeypatch.setattr(crowd, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(crowd, "ANSWER_SECONDS", 0.5)
    return asyncio.run(watched(fault, folder))


def test_a_server_without_fault_does_no_harm(folder: Path, monkeypatch: pytest.MonkeyPatch):
    found = counted("none", folder, monkeypatch)

    assert harm(found) is None
    assert found.writes >= 5
    assert found.reads > found.writes


def test_a_stream_that_is_cut_goes_on_without_a_gap(folder: Path, monkeypatch: pytest.MonkeyPatch):
    found = counted("cuts", folder, monkeypatch)

    assert found.reconnects >= 2
    assert harm(found) is None


def test_what_is_done_after_its_client_has_given_up_is_not_sent_again(folder: Path, monkeypatch: pytest.MonkeyPatch):
    found = counted("dawdles", folder, monkeypatch)

    assert harm(found) is None
    assert found.writes >= 5


@pytest.mark.parametrize(
    ("fault", "counter"),
    [
        ("loses", "lost"),
        ("doubles", "doubled"),
        ("mute", "missed"),
        ("fails", "failed"),
        ("refuses", "refused"),
        ("forgets", "uncounted"),
        ("deaf", "uncounted"),
    ],
)
def test_each_fault_is_counted_and_does_harm(fault: str, counter: str, folder: Path, monkeypatch: pytest.MonkeyPatch):
    found = counted(fault, folder, monkeypatch)

    assert getattr(found, counter) > 0
    assert harm(found)


def test_what_failed_requests_were_told_is_in_the_verdict(folder: Path, monkeypatch: pytest.MonkeyPatch):
    found = harm(counted("fails", folder, monkeypatch))

    assert found
    assert "most often: GET /: 500 " in found
    assert "가장 많은 응답: GET /: 500 " in found.ko


def test_a_crowd_that_gets_no_answer_does_not_ask_ever_more(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """What has just come back would have three times as much to do, and be away again."""
    monkeypatch.setattr(crowd, "WRITE_EVERY", 2)
    monkeypatch.setattr(crowd, "ANSWER_SECONDS", 0.1)
    monkeypatch.setattr(crowd, "LOOK_SECONDS", 0.2)
    monkeypatch.setattr(crowd, "REPEATED_AT_ONCE", 4.0)
    server, client = contexts(folder)

    async def ask() -> None:
        async with serving("hangs", server) as (shaky, port):
            # Each read has a path of its own: what is asked more often was repeated.
            paths = [f"/{number}" for number in range(10_000)]
            made = Traffic([("127.0.0.1", port)], "localhost", client, paths, Stream(REALTIME, {}, {}, {}))
            running = asyncio.create_task(made.run())
            while shaky.asked["GET /items"] < 10:
                await asyncio.sleep(0.05)
            looks, seconds = shaky.asked.pop("GET /items"), time.monotonic() - made.began
            reads = [times for asked, times in shaky.asked.items() if asked.removeprefix("GET ") in paths]
            made.stop(wait=False)
            await running

            waiting = sum(not one.acknowledged for one in made.writes)
            assert waiting >= 10
            assert looks <= seconds / crowd.LOOK_SECONDS + 1
            repeated = sum(reads) - len(reads)
            assert 0 < repeated <= 4 + crowd.REPEATED * (len(reads) + looks + 1)

    asyncio.run(ask())


def test_what_was_given_up_is_not_delivered_later(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """A connection that is reset leaves nothing that the kernel would try to deliver when a cut cable is back."""
    _, client = contexts(folder)
    monkeypatch.setattr(crowd, "CONNECT_SECONDS", 0.2)

    async def give_up() -> None:
        ended: asyncio.Queue[bool] = asyncio.Queue()

        async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                while await reader.read(65536):
                    pass
                ended.put_nowait(False)
            except ConnectionResetError:
                ended.put_nowait(True)
            writer.close()

        async with await asyncio.start_server(take, "127.0.0.1", 0) as silent:
            port = silent.sockets[0].getsockname()[1]
            made = Traffic([("127.0.0.1", port)], "localhost", client, ["/"], None)
            running = asyncio.create_task(made.run())
            reset = await asyncio.wait_for(ended.get(), 30)
            made.stop(wait=False)
            await running
            assert reset

    asyncio.run(give_up())


@contextlib.asynccontextmanager
async def relay(port: int, plugged: asyncio.Event) -> AsyncIterator[int]:
    """The way to a port, which takes in everything and passes nothing on any more once `plugged` is cleared."""
    writers: list[asyncio.StreamWriter] = []

    async def copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            await plugged.wait()
            target.write(data)

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", port)
        writers.extend([writer, back])
        with contextlib.suppress(OSError):
            await asyncio.gather(copy(reader, back), copy(there, writer))

    async with await asyncio.start_server(take, "127.0.0.1", 0) as listening:
        yield listening.sockets[0].getsockname()[1]
        # Only now, when the crowd has gone.
        for writer in writers:
            writer.transport.abort()


def test_nothing_stays_open_to_a_node_that_died(folder: Path):
    """It never says goodbye, and a TLS connection is closed when both sides have."""
    server, client = contexts(folder)

    async def die() -> None:
        plugged = asyncio.Event()
        plugged.set()
        async with serving("none", server) as (_, port), relay(port, plugged) as dying:
            stream = Stream(REALTIME, {}, {}, {})
            made = Traffic([("127.0.0.1", dying)], "localhost", client, ["/"], stream)
            running = asyncio.create_task(made.run())
            while sum(one.good for one in made.seconds.values()) < READS:
                await asyncio.sleep(0.05)
            plugged.clear()
            await asyncio.sleep(0.2)
            made.stop(wait=False)
            await running
            left = [one for one in gc.get_objects() if isinstance(one, asyncio.Transport) and _open(one, dying)]
            assert left == []

    asyncio.run(die())


def _open(transport: asyncio.Transport, port: int) -> bool:
    """Whether its socket, connected to this port, is open; what lies between TLS and the socket has one, too."""
    found = transport.get_extra_info("socket")
    return found is not None and found.fileno() >= 0 and transport.get_extra_info("peername") == ("127.0.0.1", port)


@pytest.mark.parametrize("counter", ["lost", "doubled", "uncounted"])
def test_what_was_acknowledged_is_kept_even_where_users_may_notice_something(counter: str):
    assert harm(WELL, may_fail=1) is None
    assert harm(replace(WELL, **{counter: True}), may_fail=1)


@pytest.mark.parametrize("counter", ["failed", "unanswered", "missed"])
def test_where_nobody_may_notice_anything_one_is_too_many(counter: str):
    assert harm(WELL) is None
    assert harm(replace(WELL, **{counter: 1}))


def test_where_some_reads_may_fail_more_of_them_may_not_and_nothing_else():
    some = replace(WELL, reads=1000, failed=10)

    assert harm(some, may_fail=0.01) is None
    assert harm(replace(some, failed=11), may_fail=0.01)
    assert harm(replace(some, unanswered=1), may_fail=0.01)
    assert harm(replace(some, missed=1), may_fail=0.01)


def test_a_crowd_that_was_not_there_is_no_witness():
    assert harm(replace(WELL, reads=0), may_fail=1)
    assert harm(replace(WELL, writes=0, unanswered=4), may_fail=1)


def test_only_what_was_acknowledged_after_the_backup_may_be_gone():
    made = Traffic([("127.0.0.1", 1)], "localhost", ssl.create_default_context(), ["/"], Stream(REALTIME, {}, {}, {}))
    made.writes = [Written(f"w{second}", second, acknowledged=second) for second in (1.0, 5.0, 9.0)]
    made.unsaved = (4.0, 6.0)

    made.list_at_end = crowd.Counter({"w1.0": 1, "w9.0": 1})
    kept = totals(made)
    made.list_at_end = crowd.Counter({"w9.0": 1})
    lost = totals(made)

    assert (kept.lost, kept.unsaved) == (0, 1)
    assert (lost.lost, lost.unsaved) == (1, 1)
