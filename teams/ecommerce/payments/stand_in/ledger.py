"""Payments and what is still to be told about them, in Redis.

What happens to a payment is counted: `sequence` lets a merchant tell news from repetition, whatever comes first.
"""

import time
import uuid
from typing import Any

import orjson
import redis

DAYS = 7 * 86_400
REPEATS = 10
DELAY = 5.0  # seconds

# From a status to those that may follow. One script, so that two clicks are one decision.
_DECIDE = """
local status = redis.call('HGET', KEYS[1], 'status')
local allowed = {created = 'approved,declined', approved = 'refunded'}
if not status or not string.find(allowed[status] or '', ARGV[1], 1, true) then return 0 end
redis.call('HSET', KEYS[1], 'status', ARGV[1])
redis.call('HINCRBY', KEYS[1], 'sequence', 1)
return 1
"""


class Ledger:
    """All payments of this provider."""

    def __init__(self, client: "redis.Redis", prefix: str) -> None:
        self._redis, self._prefix = client, f"{prefix}provider:"
        self._due = f"{self._prefix}due"
        self._decide = client.register_script(_DECIDE)

    def open(self, payment: str, amount: int, currency: str, order: str, webhook: str) -> dict[str, Any]:
        """A payment that waits for its customer; opening it twice is no error."""
        key = self._key(payment)
        if self._redis.hsetnx(key, "status", "created"):
            values = {"sequence": 0, "amount": amount, "currency": currency, "order": order, "webhook": webhook}
            self._redis.hset(key, mapping=values)
        self._redis.expire(key, DAYS)
        found = self.get(payment)
        assert found is not None
        return found

    def get(self, payment: str) -> dict[str, Any] | None:
        """What is known of it, or None."""
        found = {name.decode(): value.decode() for name, value in self._redis.hgetall(self._key(payment)).items()}
        if "webhook" not in found:
            return None
        numbers = {name: int(found[name]) for name in ("sequence", "amount")}
        return {"payment": payment} | found | numbers

    def decide(self, payment: str, status: str, *, after: float = 0.0, times: int = 1) -> bool:
        """Approve, decline or refund, and tell the merchant: `after` so many seconds, so many `times`."""
        if not self._decide(keys=[self._key(payment)], args=[status]):
            return False
        found = self.get(payment)
        for _ in range(times):
            self.tell(found, after)
        return True

    def tell(self, news: dict[str, Any] | None, after: float, tries: int = 0) -> None:
        """Note that the merchant must hear this."""
        entry = orjson.dumps({"id": uuid.uuid4().hex, "tries": tries, "news": news})
        self._redis.zadd(self._due, {entry: time.time() + after})

    def take_due(self) -> list[dict[str, Any]]:
        """What must be told now; whoever gets it here tells it, no other process does."""
        due = self._redis.zrangebyscore(self._due, 0, time.time(), start=0, num=100)
        return [orjson.loads(entry) for entry in due if self._redis.zrem(self._due, entry)]

    def _key(self, payment: str) -> str:
        return f"{self._prefix}payment:{payment}"
