import importlib
import json
import os
import signal
import ssl
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import kombu.exceptions
import pytest
import redis
from prometheus_client.parser import text_string_to_metric_families

from teamkit import logs
from teamkit.queue import celery_app

from .conftest import Server, TeamSettings, eventually, free_port

HERE = Path(__file__).parent


class Process:
    """A worker or a beat, in a process group of its own, with a /tmp of its own."""

    def __init__(self, folder: Path, kind: str, *options: str, **environment: str) -> None:
        self.folder, self.kind, self.metrics_port = folder, kind, free_port()
        folder.mkdir(exist_ok=True)
        self.out = (folder / "out").open("wb")
        own = {
            "TMPDIR": str(folder),
            "METRICS_PORT": str(self.metrics_port),
            "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics"),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "celery", "--quiet", "-A", "tests.bakery_tasks", kind, *options],
            cwd=HERE.parent,
            env={name: value for name, value in {**os.environ, **own, **environment}.items() if value},
            stdout=self.out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    @property
    def heartbeat(self) -> Path:
        return self.folder / f"{self.kind}.heartbeat"

    def lines(self) -> list[dict[str, Any]]:
        """What it wrote; fails if a line is not JSON."""
        return [json.loads(line) for line in (self.folder / "out").read_text().splitlines()]

    def wait_until_it_beats(self) -> None:
        """Fails with its last words if it ends instead."""

        def beats() -> bool:
            if self.process.poll() is not None:
                pytest.fail((self.folder / "out").read_text()[-2000:])
            return self.heartbeat.exists()

        eventually(beats)

    def kill(self) -> None:
        """All of it, at once, without a word."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.out.close()

    def sample(self, name: str, **labels: str) -> float | None:
        """One figure from its metrics, over verified TLS."""
        context = ssl.create_default_context(cafile=os.environ["TLS_CA"])
        address = f"https://localhost:{self.metrics_port}/metrics"
        with urllib.request.urlopen(address, context=context, timeout=5) as reply:
            text = reply.read().decode()
        for family in text_string_to_metric_families(text):
            for found in family.samples:
                if found.name == name and found.labels == labels:
                    return float(found.value)
        return None


WORKER = ("--concurrency", "1", "--without-gossip", "--without-mingle")
Start = Callable[..., Process]


@pytest.fixture
def start(settings: TeamSettings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Starts a worker or a beat for one test."""
    started: list[Process] = []

    def run(kind: str, *options: str, **environment: str) -> Process:
        process = Process(tmp_path_factory.mktemp(kind), kind, *options, **environment)
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()


@pytest.fixture(scope="module")
def tasks(settings: TeamSettings) -> Any:
    """The tasks' module, as the API sees it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(HERE.parent)
        patch.setitem(sys.modules, "tests", importlib.import_module("types").ModuleType("tests"))
        sys.modules["tests"].__path__ = [str(HERE)]
        yield importlib.import_module("tests.bakery_tasks")
        sys.modules.pop("tests.bakery_tasks")


@pytest.fixture(scope="module")
def worker(settings: TeamSettings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """One that all quiet tests share."""
    process = Process(tmp_path_factory.mktemp("worker"), "worker", *WORKER)
    process.wait_until_it_beats()
    yield process
    process.kill()


@pytest.fixture
def alone(worker: Process) -> None:
    """The shared worker is gone, so that it takes nothing away from the test's own."""
    worker.process.terminate()
    worker.process.wait(20)


@pytest.fixture
def key() -> str:
    return uuid.uuid4().hex


def count(client: redis.Redis, what: str, key: str) -> int:
    return int(client.get(f"bakery:{what}:{key}") or 0)  # type: ignore[arg-type]


def test_a_task_runs_in_the_worker(tasks: Any, worker: Process, client: redis.Redis, key: str) -> None:
    tasks.bake.delay(key, 0)

    eventually(lambda: count(client, "done", key) == 1)


def test_the_request_id_goes_along_and_every_line_is_json(
    tasks: Any, worker: Process, client: redis.Redis, key: str
) -> None:
    logs.bind_request_id("request-of-kim")
    tasks.bake.delay(key, 0)
    logs.bind_request_id("")

    def line() -> dict[str, Any] | None:
        return next((line for line in worker.lines() if line["request_id"] == "request-of-kim"), None)

    found = eventually(line)
    assert (found["event"], found["task"], found["state"]) == ("task", "tests.bakery_tasks.bake", "succeeded")
    assert found["service"] == "bakery-worker"


def test_figures_of_parent_and_child_are_served_over_https(
    tasks: Any, worker: Process, client: redis.Redis, key: str
) -> None:
    task = {"task": "tests.bakery_tasks.bake"}
    before = worker.sample("bakery_loaves_total") or 0

    tasks.bake.delay(key, 0)

    eventually(lambda: (worker.sample("bakery_loaves_total") or 0) == before + 1)
    assert worker.sample("tasks_total", **task, state="succeeded")
    assert worker.sample("task_duration_seconds_count", **task)
    assert worker.sample("task_queue_length", queue="tasks") == 0


def test_what_waits_is_seen_in_the_queues_length(tasks: Any, worker: Process, client: redis.Redis, key: str) -> None:
    tasks.bake.delay(key, 1.5)
    eventually(lambda: count(client, "starts", key) == 1)

    for _ in range(3):
        tasks.bake.delay(key, 0)

    assert worker.sample("task_queue_length", queue="tasks") == 3
    eventually(lambda: worker.sample("task_queue_length", queue="tasks") == 0)


def test_a_bug_is_logged_counted_and_not_repeated(tasks: Any, worker: Process, client: redis.Redis) -> None:
    tasks.fail.delay(secret="geheim")

    failed = {"task": "tests.bakery_tasks.fail", "state": "failed"}
    eventually(lambda: worker.sample("tasks_total", **failed) == 1)
    eventually(lambda: [line for line in worker.lines() if "the flour is gone" in line.get("exception", "")])
    assert "geheim" not in (worker.folder / "out").read_text()


def test_a_task_is_tried_again_until_it_works(tasks: Any, worker: Process, client: redis.Redis, key: str) -> None:
    tasks.heat.delay(key, 3)

    eventually(lambda: count(client, "done", key) == 1)
    assert count(client, "starts", key) == 3
    assert worker.sample("tasks_total", task="tests.bakery_tasks.heat", state="retried") == 2


def test_a_task_that_never_ends_is_ended_and_the_worker_goes_on(
    tasks: Any, worker: Process, client: redis.Redis, key: str
) -> None:
    tasks.never_ends.delay(key)
    tasks.bake.delay(key + "next", 0)

    eventually(lambda: count(client, "done", key + "next") == 1)
    assert worker.sample("tasks_total", task="tests.bakery_tasks.never_ends", state="timed_out") == 1
    assert count(client, "starts", key) == 1


def test_a_task_that_kills_its_child_is_given_up_after_three_times(
    tasks: Any, worker: Process, client: redis.Redis, key: str
) -> None:
    tasks.kill_child.delay(key)

    eventually(lambda: count(client, "abandoned", key) == 1)
    assert count(client, "starts", key) == 3
    assert worker.lines()
    assert worker.sample("tasks_total", task="tests.bakery_tasks.kill_child", state="abandoned") == 1
    tasks.bake.delay(key, 0)
    eventually(lambda: count(client, "done", key) == 1)


def test_after_kill_9_in_the_middle_of_50_tasks_all_are_done_once(
    tasks: Any, start: Start, alone: None, client: redis.Redis, key: str
) -> None:
    first = start("worker", *WORKER)
    keys = [f"{key}-{number}" for number in range(50)]
    for one in keys:
        tasks.bake.delay(one, 0.1)
    eventually(lambda: sum(count(client, "done", one) for one in keys) >= 20, 60)
    first.kill()
    assert sum(count(client, "done", one) for one in keys) < 50

    start("worker", *WORKER).wait_until_it_beats()
    back = time.monotonic()
    eventually(lambda: all(count(client, "done", one) for one in keys), 60)

    # The visibility timeout, which this application has at 20 s, and a round of looking.
    assert time.monotonic() - back < 20 + 5 + 5
    assert {count(client, "done", one) for one in keys} == {1}
    assert sum(count(client, "starts", one) for one in keys) <= 51


def test_sigterm_lets_the_running_task_finish_and_ends_with_0(
    tasks: Any, start: Start, alone: None, client: redis.Redis, key: str
) -> None:
    last = start("worker", *WORKER)
    last.wait_until_it_beats()
    tasks.bake.delay(key, 1)
    eventually(lambda: count(client, "starts", key) == 1)

    last.process.terminate()

    assert last.process.wait(15) == 0
    assert count(client, "done", key) == 1
    assert not last.heartbeat.exists()
    assert last.lines()


def test_the_heartbeat_stops_without_redis_and_comes_back(start: Start, own_redis: tuple[Server, TeamSettings]) -> None:
    server, settings = own_redis
    for process in (
        start("worker", *WORKER, REDIS_PORT=str(settings.redis_port)),
        start("beat", REDIS_PORT=str(settings.redis_port)),
    ):
        process.wait_until_it_beats()
        server.container.stop()
        process.heartbeat.unlink()
        stopped = time.monotonic()

        # Longer than a beat takes.
        eventually(lambda stopped=stopped: time.monotonic() - stopped > 7)
        assert not process.heartbeat.exists()
        server.container.start()
        eventually(process.heartbeat.exists, 60)
        process.kill()


def test_beat_sends_what_is_due(start: Start, alone: None, client: redis.Redis) -> None:
    before = client.llen("bakery:tasks")

    beat = start("beat")

    eventually(lambda: client.llen("bakery:tasks") >= before + 2)
    assert beat.heartbeat.exists()
    beat.process.terminate()
    assert beat.process.wait(60) == 0
    assert beat.lines()


def test_a_worker_without_a_place_for_its_figures_does_not_start(start: Start) -> None:
    process = start("worker", *WORKER, PROMETHEUS_MULTIPROC_DIR="")

    assert process.process.wait(20) == 78
    assert "PROMETHEUS_MULTIPROC_DIR is not set" in (process.folder / "out").read_text()


def test_enqueuing_without_redis_fails_soon(
    tasks: Any, settings: TeamSettings, monkeypatch: pytest.MonkeyPatch
) -> None:

    lost = celery_app(settings.model_copy(update={"redis_port": free_port()}), "tests.bakery_tasks")
    started = time.monotonic()

    with pytest.raises(kombu.exceptions.OperationalError):
        lost.send_task("tests.bakery_tasks.bake", ("x", 0))
    assert time.monotonic() - started < 3
