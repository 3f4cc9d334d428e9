"""The base image of every backend, where it is more than the sum of its packages."""

import subprocess

# What a threaded server does that hashes passwords with Argon2id: 19 MiB each, two at a time, from any of its threads.
HASHING = """
import threading
from concurrent.futures import ThreadPoolExecutor

def resident():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmRSS"))

started, two = threading.Barrier(12), threading.Semaphore(2)

def hash(number):
    if number < 12:
        started.wait()
    with two:
        bytearray(19 << 20)

before = resident()
with ThreadPoolExecutor(12) as threads:
    list(threads.map(hash, range(72)))
print(resident() - before)
"""


def kept(*options: str) -> int:
    """MiB that are still resident when all has been freed."""
    words = ["docker", "run", "--rm", *options, "--entrypoint", "/usr/bin/python3", "course/python:1", "-c", HASHING]
    return int(subprocess.run(words, capture_output=True, text=True, check=True, timeout=60).stdout)


def test_memory_that_many_threads_have_freed_is_not_kept_by_each_of_them():
    # A name without a value takes the variable away.
    as_glibc_likes = kept("--env", "MALLOC_ARENA_MAX", "--env", "MALLOC_MMAP_THRESHOLD_")

    assert as_glibc_likes > 150
    assert kept() < 15
