"""Restarts every container, and backs a database up and restores it, with something in each store that must still be there."""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grading import pictures
from grading.edge import NoAnswer, expect
from grading.stack import Stack, Unwell, eventually
from grading.text import Text
from grading.usage import outcome, upload
from grading.world import World

# A task that a worker had taken comes back after its visibility timeout.
QUEUE_SECONDS = 45.0
QUEUED = 3

Rows = dict[str, set[str]]


def rows(stack: Stack, database: str, tables: list[str] | None = None) -> Rows:
    """A checksum of every row, by table; of all the application's tables if none is named."""
    if tables is None:
        listed = "SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        tables = stack.database(listed, database).splitlines()
    found = {}
    for table in tables:
        text = stack.database(f"SELECT md5(t::text) FROM {table} t", database, timeout=60)
        # Two rows that are alike are still two.
        seen: dict[str, int] = {}
        for line in text.splitlines():
            seen[line] = seen.get(line, 0) + 1
        found[table] = {f"{line}-{number}" for line, times in seen.items() for number in range(times)}
    return found


def lost(before: Rows, after: Rows) -> list[str]:
    """Tables that lack rows that were there, as `table: N of M`."""
    gone = {table: len(known - after.get(table, set())) for table, known in before.items()}
    return [f"{table}: {number} of {len(before[table])}" for table, number in gone.items() if number]


@dataclass
class Restarted:
    """What was there before every container was restarted, and what was found after it."""

    before: Rows
    after: Rows = field(default_factory=dict)
    # Address of an uploaded image -> checksum, before and after.
    images: dict[str, str] = field(default_factory=dict)
    images_after: dict[str, str] = field(default_factory=dict)
    # Uploads that waited in the queue, and what became of them.
    queued: list[str] = field(default_factory=list)
    # The session that was open is still good.
    session: int | None = None
    # Service -> exit code.
    exits: dict[str, int] = field(default_factory=dict)
    stopped_in: float = 0.0
    seconds: float = 0.0
    failure: Text | None = None


def restart(world: World) -> Restarted:
    """Fill every store, stop all containers, start them again and look."""
    stack, team = world.stack, world.team
    world.make(team.main)
    images = _images(world, upload(world).urls)
    account = world.log_in(world.owner)
    found = Restarted(rows(stack, team.team, team.data.tables), images=images)
    waiting = _queue(world) if team.services.worker else []
    began = time.monotonic()
    stack.compose("stop", timeout=120)
    found.stopped_in = time.monotonic() - began
    found.exits = {one.service: one.exit_code for one in stack.containers(all=True)}
    began = time.monotonic()
    try:
        stack.compose("up", "-d", "--no-build", "--no-recreate", *stack.services, timeout=150, must=False)
        stack.wait_well()
    except Unwell as problem:
        found.failure = Text.of(problem.args[0])
        return found
    found.seconds = time.monotonic() - began
    found.after = rows(stack, team.team, team.data.tables)
    found.images_after = _images(world, list(images))
    with contextlib.suppress(NoAnswer):
        found.session = world.edge.request(team.auth.refresh, account.variables, patient=True).status_code
    found.queued = [outcome(world, variables, QUEUE_SECONDS)[0] for variables in waiting]
    return found


def _images(world: World, urls: list[str]) -> dict[str, str]:
    found = {}
    for url in urls:
        with contextlib.suppress(NoAnswer):
            reply = world.edge.send("GET", url)
            found[url] = hashlib.sha256(reply.content).hexdigest() if reply.status_code == 200 else ""
    return found


def _queue(world: World) -> list[dict[str, Any]]:
    """Uploads that are accepted while no worker is there."""
    stack, wanted = world.stack, world.team.upload
    stack.compose("stop", str(world.team.services.worker))
    made = []
    for _ in range(QUEUED):
        variables = world.needed(wanted.needs)
        file = ("picture.jpg", pictures.photo(500, 400), "image/jpeg")
        expect(world.request(wanted.request, variables, world.account(wanted.by), file), wanted.request.expect)
        made.append(variables)
    return made


@dataclass
class Restored:
    before: Rows
    # After things were made and deleted that the backup knows nothing of.
    changed: Rows
    after: Rows
    size: int
    # Status of reading what had been deleted.
    read: int | None
    failure: Text | None = None


def back_up_and_restore(world: World) -> Restored:
    """Back up, change and delete, restore, and compare every table."""
    # Imported here: only this needs the sessions' own commands, and uses them as a person would.
    from ops import backup
    from ops.failure import Failure

    stack, team = world.stack, world.team
    resource = team.resources[team.main]
    made = world.make(team.main)
    result = Restored(rows(stack, team.team), {}, {}, 0, None)
    with tempfile.TemporaryDirectory(prefix="course-backup-") as folder:
        file = Path(folder) / "backup"
        try:
            backup.create(_sessions(stack), team.team, file)
            result.size = file.stat().st_size
            world.make(team.main)
            if resource.delete:
                world.call(resource.delete, made.variables, world.account(resource.by))
            result.changed = rows(stack, team.team)
            backup.restore(_sessions(stack), team.team, file)
        except Failure as problem:
            result.failure = Text(problem.en, problem.ko)
            return result
    result.after = rows(stack, team.team)
    read = resource.read
    if read:

        def readable() -> bool:
            # Its connections were ended with the database that they were on.
            with contextlib.suppress(NoAnswer):
                result.read = world.request(read, made.variables, world.owner).status_code
            return result.read == 200

        eventually(readable, 10)
    return result


def _sessions(stack: Stack) -> Any:
    """The same stack, as the sessions' commands know one."""
    from ops.stack import Ports
    from ops.stack import Stack as Sessions

    ports = Ports(*stack.place.ports.values())
    one = Sessions(stack.file.parent, stack.place.project, ports, stack.place.secrets)
    one.files = [stack.file]
    return one
