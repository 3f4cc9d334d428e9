"""How often somebody may try, counted in Redis so that all replicas count together."""

import hashlib
import time

import redis
import structlog
from limits import RateLimitItemPerSecond
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter

from teamkit.metrics import RATE_LIMITS
from teamkit.problems import TooMany

log = structlog.get_logger()


class RateLimit:
    """Moving windows: never more than `limit` hits in any `seconds`, wherever the window begins."""

    def __init__(self, redis: "redis.Redis", prefix: str) -> None:
        storage = RedisStorage("redis://", connection_pool=redis.connection_pool, key_prefix=f"{prefix}limit")
        self._limiter = MovingWindowRateLimiter(storage)

    def hit(self, bucket: str, key: str, limit: int, seconds: int) -> None:
        """Count one try of `key` (an address, an account), or raise TooMany with the seconds to wait.

        Without Redis everybody passes: nobody could sign in otherwise. The metric
        `rate_limit_checks_total{result="error"}` shows it.
        """
        item = RateLimitItemPerSecond(limit, seconds, namespace=bucket)
        # Hashed: keys are mail addresses and whatever else a stranger typed, of any length.
        name = hashlib.blake2s(key.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        try:
            if self._limiter.hit(item, name):
                RATE_LIMITS.labels(bucket, "allowed").inc()
                return
            reset = self._limiter.get_window_stats(item, name).reset_time
        except redis.RedisError as error:
            RATE_LIMITS.labels(bucket, "error").inc()
            log.warning("the rate limit cannot count", bucket=bucket, error=str(error))
            return
        RATE_LIMITS.labels(bucket, "refused").inc()
        raise TooMany(reset - time.time())
