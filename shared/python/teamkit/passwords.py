"""Argon2id with parameters that fit a 256 MB container (the library's defaults take 64 MiB a login)."""

import sys
import threading
import unicodedata
from collections.abc import Callable
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

T = TypeVar("T")

# OWASP Password Storage Cheat Sheet: Argon2id, 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# 19 MiB each: a burst of logins must not add up to more than the container has.
_memory = threading.BoundedSemaphore(2)
# Of 32 random bytes that nobody kept. Verifying against it takes as long as against a real one.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$8FoSjPCN+Cqcv2js7fuwMQ$HeEFkmayP+R0fnSqakT4ICmZ7fCgJKZV6Sbuj7xCI28"


def hash(password: str) -> str:
    """The string to store; the salt and the parameters are in it."""
    return _run(lambda: _hasher.hash(_bytes(password)))


def verify(hash: str, password: str) -> bool:
    """Whether this password made this hash; a damaged hash is a no."""

    def work() -> bool:
        try:
            return _hasher.verify(hash, _bytes(password))
        except (VerificationError, InvalidHashError):
            return False

    return _run(work)


def verify_nothing(password: str) -> bool:
    """Always False, after the work of a real verification: a login tells nobody which accounts exist."""
    verify(_NOBODY, password)
    return False


def needs_rehash(hash: str) -> bool:
    """Whether the hash was made with other parameters than today's; rehash at the next login."""
    return _hasher.check_needs_rehash(hash)


def _bytes(password: str) -> bytes:
    # NFKC (RFC 8265): macOS may type 한 as three code points where Windows types one.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def _run(work: Callable[[], T]) -> T:
    with _memory:
        gevent = sys.modules.get("gevent")
        if gevent is None or not gevent.monkey.is_module_patched("threading"):
            return work()
        # 20 ms of C code would stop every other request of this process; a real thread does not.
        result: T = gevent.get_hub().threadpool.apply(work)
        return result
