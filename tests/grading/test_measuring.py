"""The parts that measure and fill in, each by itself."""

import io
import subprocess
import threading
from pathlib import Path

import pytest
from PIL import Image

from grading import kernel, pictures
from grading.commands import CommandFailed, run, stream
from grading.load import parse
from grading.metrics import parse as samples
from grading.metrics import total
from grading.templates import UnknownPlaceholder, fill, fill_path, look

REPORT = """
Complete requests:      1000
Failed requests:        2
Non-2xx responses:      3
Requests per second:    812.50 [#/sec] (mean)
  50%      9
  95%     21
"""


def test_figures_of_ab_are_read():
    load = parse(REPORT)

    assert (load.complete, load.failed, load.p50, load.p95, load.rate) == (1000, 5, 9, 21, 812.5)


def test_a_report_that_is_not_there_counts_as_nothing_done():
    assert parse("apr_socket_recv: Connection refused").complete == 0


def test_a_template_keeps_types_and_fills_text():
    assert fill({"a": "{n}", "b": ["x{n}y", 1]}, {"n": 7}) == {"a": 7, "b": ["x7y", 1]}


def test_a_path_is_quoted():
    assert fill_path("/a/{id}?q={q}", {"id": "../b", "q": "a&b 한"}) == "/a/..%2Fb?q=a%26b%20%ED%95%9C"


def test_an_unknown_placeholder_is_named():
    with pytest.raises(UnknownPlaceholder, match=r"\{nmae\}"):
        fill("{nmae}", {"name": 1})


def test_a_path_into_a_reply_is_followed():
    reply = {"user": {"tokens": ["a", "b"]}}

    assert look(reply, "user.tokens.1") == "b"
    assert look(reply, "user.none", None) is None
    with pytest.raises(AssertionError, match=r"no `user\.none`"):
        look(reply, "user.none")


def test_samples_are_read_and_added_up():
    text = '# HELP x\nx_total{a="1",b="q\\"}"} 2\nx_total{a="1",b="z"} 3.5\ny 1e3\n'

    assert total(samples(text), "x_total", a="1") == 5.5
    assert total(samples(text), "y") == 1000


def test_this_process_is_seen_as_the_kernel_sees_it():
    import os

    seen = kernel.process(os.getpid())

    assert seen is not None
    assert seen.uid == os.geteuid()


def test_a_process_that_is_gone_is_none():
    nobody = 2**22 + 1

    assert kernel.process(nobody) is None
    assert kernel.pids_of(nobody) == []
    assert kernel.out_of_memory_kills(nobody) == 0


def test_a_program_that_takes_too_long_is_ended_with_its_children():
    with pytest.raises(CommandFailed, match="took too long"):
        run("sh", "-c", "sleep 60 & sleep 60", timeout=0.3)


def test_a_stream_that_takes_too_long_is_ended():
    with pytest.raises(CommandFailed, match="took too long"):
        stream("sh", "-c", "echo one; sleep 60", tell=lambda _: None, timeout=0.3)


def test_a_failing_program_is_told_with_its_words():
    with pytest.raises(CommandFailed, match="ended with 3: why"):
        run("sh", "-c", "echo why >&2; exit 3")


def test_the_photo_tells_where_it_was_taken_and_lies_on_its_side():
    image = Image.open(io.BytesIO(pictures.photo()))

    assert image.getexif()[0x0112] == 6
    assert image.getexif().get_ifd(0x8825)
    assert pictures.GPS_MARK in pictures.photo()


def test_the_bomb_is_small_and_unpacks_large():
    bomb = pictures.bomb()

    assert len(bomb) < 600_000
    assert bomb[16:24] == (12000).to_bytes(4, "big") * 2


def test_a_process_that_is_being_started_is_looked_at_when_it_runs():
    """runc's own process has other rights than what it becomes."""
    script = 'printf "runc:[2:INIT]" >/proc/self/comm; read line; printf ready >/proc/self/comm; echo; read line'
    with subprocess.Popen(["sh", "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        eventually_named(child.pid, "runc:[2:INIT]")
        threading.Timer(0.1, lambda: child.stdin.write(b"\n") and child.stdin.flush()).start()

        found = kernel.process(child.pid)

        child.communicate()
    assert found.name == "ready"


def test_a_process_that_keeps_such_a_name_is_not_overlooked():
    script = 'printf "runc:[2:INIT]" >/proc/self/comm; read line'
    with subprocess.Popen(["sh", "-c", script], stdin=subprocess.PIPE) as child:
        eventually_named(child.pid, "runc:[2:INIT]")

        found = kernel.process(child.pid)

        child.communicate()
    assert found.name == "runc:[2:INIT]"


def eventually_named(pid: int, name: str) -> None:
    comm = Path(f"/proc/{pid}/comm")
    while comm.read_text().strip() != name:
        pass
