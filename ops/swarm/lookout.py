"""Questions to a node's engine through one `docker exec` that stays: each new one costs 0.2 s of a processor."""

import os
import select
import subprocess
import time
import weakref

SOCKET = "/run/docker.sock"
END = b"end"
# For all that is asked at once.
SECONDS = 6
# Asks the addresses of one line, gives a line of JSON for each that is answered well, and closes with `end`.
SCRIPT = f"""set -f
while read -r urls; do
    curl --silent --fail --max-time 4 --unix-socket {SOCKET} $urls
    echo end
done"""


class Silent(Exception):
    """The node's engine did not answer all that it was asked."""


class Lookout:
    """The engine in this container, which must have sh and curl. Not for two threads at once."""

    def __init__(self, container: str) -> None:
        command = ["docker", "exec", "--interactive", container, "sh", "-c", SCRIPT]
        pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
        # In a group of its own: Ctrl-C is for this program, which looks on until all is cleaned up.
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nothing, bufsize=0, process_group=0)
        # What waits in the container ends with its input.
        self.close = weakref.finalize(self, _end, self._process)

    def ask(self, *paths: str) -> list[bytes]:
        """The engine's answers, in their order; raises Silent where one is missing or late, and is of no use afterwards."""
        assert self._process.stdin
        try:
            self._process.stdin.write(" ".join(f"http://docker/{path}" for path in paths).encode() + b"\n")
        except OSError:
            raise Silent from None
        *answers, end = self._lines(time.monotonic() + SECONDS)
        if len(answers) != len(paths) or end != END:
            raise Silent
        return answers

    def _lines(self, deadline: float) -> list[bytes]:
        assert self._process.stdout
        pipe, read = self._process.stdout.fileno(), b""
        while not (b"\n" + read).endswith(b"\n" + END + b"\n"):
            if not select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise Silent
            if not (more := os.read(pipe, 1 << 20)):
                raise Silent
            read += more
        return [line for line in read.split(b"\n") if line]


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()
