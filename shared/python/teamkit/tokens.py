"""Who is asking: short access tokens that need no look-up, and refresh tokens that work once."""

import hashlib
import secrets
import time
from typing import Any

import jwt
import redis

from teamkit.problems import TokenReused, Unauthenticated, Unavailable

ALGORITHM = "HS256"
MAX_TOKEN_CHARACTERS = 4096

# A family is one login. Its hash holds `sub`, the digest of the one token that may be used next, and
# `since`, the moment of the login. One script, so that of two uses at the same moment one comes second.
_ISSUE = """
local now = redis.call('TIME')
redis.call('HSET', KEYS[1], 'sub', ARGV[1], 'current', ARGV[2], 'since', now[1] * 1000000 + now[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
"""
_ROTATE = """
local sub, current, since = unpack(redis.call('HMGET', KEYS[1], 'sub', 'current', 'since'))
if not sub then return {'unknown', ''} end
local revoked = redis.call('GET', ARGV[4] .. sub)
if revoked and tonumber(since) <= tonumber(revoked) then
  redis.call('DEL', KEYS[1])
  return {'unknown', ''}
end
if current ~= ARGV[1] then
  -- Kept, with no token that fits: whoever comes second hears of the theft, too.
  redis.call('HSET', KEYS[1], 'current', '')
  return {'reused', sub}
end
redis.call('HSET', KEYS[1], 'current', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return {'rotated', sub}
"""
_REVOKE_ALL = """
local now = redis.call('TIME')
redis.call('SET', KEYS[1], string.format('%.0f', now[1] * 1000000 + now[2]), 'EX', ARGV[1])
"""


class Tokens:
    """Issues and reads the tokens of one team.

    `key` may be several, one a line: the first signs, and what any of them signed is read, so that a
    key can be changed while all replicas go on (docs/decisions/0025). `audience` is the team's name:
    another team's token, even with a shared key, is refused. The refresh tokens themselves are not
    kept, only their SHA-256.
    """

    def __init__(
        self,
        key: str,
        audience: str,
        redis: "redis.Redis",
        prefix: str,
        access_seconds: int = 900,
        refresh_seconds: int = 14 * 86_400,
    ) -> None:
        self._keys, self._audience, self._redis, self._prefix = key.split(), audience, redis, prefix
        self._access_seconds, self._refresh_seconds = access_seconds, refresh_seconds
        self._issue = redis.register_script(_ISSUE)
        self._rotate = redis.register_script(_ROTATE)
        self._revoke_all = redis.register_script(_REVOKE_ALL)

    def access(self, sub: str, **claims: Any) -> str:
        """A JWT for `sub`, valid for `access_seconds`."""
        now = int(time.time())
        reserved = {
            "sub": sub,
            "iss": self._audience,
            "aud": self._audience,
            "iat": now,
            "exp": now + self._access_seconds,
            "jti": secrets.token_hex(8),
        }
        return jwt.encode(claims | reserved, self._keys[0], ALGORITHM)

    def read(self, token: str) -> dict[str, Any]:
        """The claims of an access token, or Unauthenticated if anything about it is wrong."""
        if not isinstance(token, str) or len(token) > MAX_TOKEN_CHARACTERS:
            raise Unauthenticated("The access token is not one of ours.")
        for key in self._keys:
            try:
                return self._decode(token, key)
            except jwt.InvalidSignatureError:
                continue
            except jwt.ExpiredSignatureError:
                raise Unauthenticated("The access token has expired.") from None
            except (jwt.PyJWTError, ValueError):
                break
        raise Unauthenticated("The access token is not one of ours.")

    def _decode(self, token: str, key: str) -> dict[str, Any]:
        # The algorithm is ours to choose: reading it from the token would accept `none`.
        return jwt.decode(
            token,
            key,
            [ALGORITHM],
            audience=self._audience,
            issuer=self._audience,
            options={"require": ["sub", "iss", "aud", "iat", "exp"]},
        )

    def issue_refresh(self, sub: str) -> str:
        """The first refresh token of a new login."""
        family, secret = secrets.token_urlsafe(16), secrets.token_urlsafe(32)
        self._call(self._issue, family, sub, _digest(secret), self._refresh_seconds)
        return f"{family}.{secret}"

    def rotate(self, refresh: str) -> tuple[str, str]:
        """Use a refresh token up: gives `sub` and the next token.

        A token that was used before ends its whole family: either the thief or the owner has the
        newer one, and we cannot tell which. Of two uses at the same moment one is the second.
        """
        family, secret = _split(refresh)
        successor = secrets.token_urlsafe(32)
        state, sub = self._call(
            self._rotate,
            family,
            _digest(secret),
            _digest(successor),
            self._refresh_seconds,
            f"{self._prefix}revoked:",
        )
        if state == b"reused":
            raise TokenReused("A refresh token of this login was used twice; sign in again.")
        if state != b"rotated":
            raise Unauthenticated("The refresh token has ended; sign in again.")
        return sub.decode(), f"{family}.{successor}"

    def revoke(self, refresh: str) -> None:
        """Log out: no token of this login works again. An unknown token is no error."""
        try:
            family, _ = _split(refresh)
        except Unauthenticated:
            return
        try:
            self._redis.delete(self._family(family))
        except redis.RedisError as error:
            raise Unavailable("Signing out needs Redis.") from error

    def revoke_all(self, sub: str) -> None:
        """End every login of `sub` made until now; for a changed password."""
        # Kept as long as the youngest of them could live.
        try:
            self._revoke_all(keys=[f"{self._prefix}revoked:{sub}"], args=[self._refresh_seconds])
        except redis.RedisError as error:
            raise Unavailable("Ending the sessions needs Redis.") from error

    def _family(self, family: str) -> str:
        return f"{self._prefix}refresh:{family}"

    def _call(self, script: Any, family: str, *arguments: str | int) -> Any:
        try:
            return script(keys=[self._family(family)], args=arguments)
        except redis.RedisError as error:
            raise Unavailable("Sessions need Redis.") from error


def _split(refresh: str) -> tuple[str, str]:
    if isinstance(refresh, str) and len(refresh) <= MAX_TOKEN_CHARACTERS and refresh.isascii():
        family, dot, secret = refresh.partition(".")
        if family and dot and secret:
            return family, secret
    raise Unauthenticated("The refresh token is not one of ours.")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
