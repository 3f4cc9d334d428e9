import base64
import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jwt
import pytest
import redis

from teamkit.problems import TokenReused, Unauthenticated, Unavailable
from teamkit.tokens import Tokens

KEY = "k" * 64


@pytest.fixture
def tokens(client: redis.Redis, prefix: str) -> Tokens:
    return Tokens(KEY, "bakery", client, prefix)


def forge(key: str = KEY, algorithm: str = "HS256", **changes: Any) -> str:
    now = int(time.time())
    claims = {"sub": "7", "iss": "bakery", "aud": "bakery", "iat": now, "exp": now + 60} | changes
    return jwt.encode({name: value for name, value in claims.items() if value is not None}, key, algorithm)


def test_an_access_token_says_who_and_what_else(tokens: Tokens) -> None:
    claims = tokens.read(tokens.access("7", role="baker"))

    assert claims["sub"] == "7"
    assert claims["role"] == "baker"
    assert claims["exp"] - claims["iat"] == 900


def test_a_claim_cannot_take_the_place_of_a_reserved_one(tokens: Tokens) -> None:
    assert tokens.read(tokens.access("7", aud="chat"))["aud"] == "bakery"


def test_while_a_key_is_changed_tokens_of_both_are_read_and_the_first_signs(client: redis.Redis, prefix: str) -> None:
    old, new = "o" * 64, "n" * 64
    changing = Tokens(f"{new}\n{old}\n", "bakery", client, prefix)

    assert changing.read(forge(key=old))["sub"] == "7"
    assert Tokens(new, "bakery", client, prefix).read(changing.access("7"))["sub"] == "7"
    with pytest.raises(Unauthenticated):
        Tokens(old, "bakery", client, prefix).read(changing.access("7"))
    with pytest.raises(Unauthenticated):
        changing.read(forge(key=f"{new}\n{old}"))


def unsigned() -> str:
    now = int(time.time())
    claims = {"sub": "7", "iss": "bakery", "aud": "bakery", "iat": now, "exp": now + 60}
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in ({"alg": "none"}, claims)]
    return b".".join([*parts, b""]).decode()


def test_the_forger_makes_tokens_that_are_good_when_nothing_is_wrong(tokens: Tokens) -> None:
    assert tokens.read(forge())["sub"] == "7"


@pytest.mark.parametrize(
    "token",
    [
        unsigned(),
        forge(key="other" * 10),
        forge(algorithm="HS512"),
        forge(aud="chat"),
        forge(aud=None),
        forge(iss="chat"),
        forge(exp=int(time.time()) - 1),
        forge(exp=None),
        forge(sub=7),
        forge(sub=None),
        forge(nbf=int(time.time()) + 600),
        forge()[:-4] + "AAAA",
        "",
        "a.b.c",
        "x" * 10_000,
        "한.글.!",
    ],
    ids=[
        *("alg none", "wrong key", "other algorithm", "other audience", "no audience", "other issuer", "expired"),
        *("never expires", "sub is a number", "no sub", "not yet", "tampered", "empty", "rubbish", "huge", "korean"),
    ],
)
def test_a_token_with_anything_wrong_is_refused(tokens: Tokens, token: str) -> None:
    with pytest.raises(Unauthenticated):
        tokens.read(token)


def test_a_refresh_token_works_once_and_gives_the_next(tokens: Tokens) -> None:
    first = tokens.issue_refresh("7")

    sub, second = tokens.rotate(first)
    sub_again, third = tokens.rotate(second)

    assert sub == sub_again == "7"
    assert len({first, second, third}) == 3


def test_reuse_of_an_old_refresh_token_ends_the_family_and_says_so_to_both(tokens: Tokens) -> None:
    first = tokens.issue_refresh("7")
    _, second = tokens.rotate(first)

    with pytest.raises(TokenReused):
        tokens.rotate(first)
    with pytest.raises(TokenReused):
        tokens.rotate(second)


def test_reuse_leaves_the_users_other_logins_alone(tokens: Tokens) -> None:
    stolen, other = tokens.issue_refresh("7"), tokens.issue_refresh("7")
    tokens.rotate(stolen)
    with pytest.raises(Unauthenticated):
        tokens.rotate(stolen)

    assert tokens.rotate(other)[0] == "7"


def test_of_two_rotations_at_the_same_moment_one_wins_and_the_family_ends(tokens: Tokens) -> None:
    def attempt(refresh: str) -> str | None:
        try:
            return tokens.rotate(refresh)[1]
        except Unauthenticated:
            return None

    with ThreadPoolExecutor(8) as pool:
        for _ in range(20):
            won = [token for token in pool.map(attempt, [tokens.issue_refresh("7")] * 8) if token]

            assert len(won) == 1
            assert attempt(won[0]) is None


def test_logout_ends_one_login(tokens: Tokens) -> None:
    refresh, other = tokens.issue_refresh("7"), tokens.issue_refresh("7")

    tokens.revoke(refresh)

    with pytest.raises(Unauthenticated) as refused:
        tokens.rotate(refresh)
    assert refused.value.code == "unauthenticated"
    assert tokens.rotate(other)[0] == "7"


def test_logout_with_rubbish_is_no_error(tokens: Tokens) -> None:
    tokens.revoke("rubbish")


def test_all_logins_of_a_user_end_together_and_new_ones_work(tokens: Tokens) -> None:
    before, others = [tokens.issue_refresh("7") for _ in range(3)], tokens.issue_refresh("8")

    tokens.revoke_all("7")

    for refresh in before:
        with pytest.raises(Unauthenticated):
            tokens.rotate(refresh)
    assert tokens.rotate(tokens.issue_refresh("7"))[0] == "7"
    assert tokens.rotate(others)[0] == "8"


def test_an_unused_login_ends_after_its_days(client: redis.Redis, prefix: str) -> None:
    refresh = Tokens(KEY, "bakery", client, prefix, refresh_seconds=100).issue_refresh("7")

    assert 90 < client.ttl(f"{prefix}refresh:{refresh.partition('.')[0]}") <= 100


def test_redis_never_sees_the_refresh_token_itself(tokens: Tokens, client: redis.Redis, prefix: str) -> None:
    family, _, secret = tokens.issue_refresh("7").partition(".")

    assert secret.encode() not in client.hgetall(f"{prefix}refresh:{family}").values()


@pytest.mark.parametrize("rubbish", ["", ".", "a.", ".b", "nodot", "한.글", "x" * 5000, None, 7])
def test_a_malformed_refresh_token_is_refused(tokens: Tokens, rubbish: Any) -> None:
    with pytest.raises(Unauthenticated):
        tokens.rotate(rubbish)


def test_without_redis_access_tokens_work_and_refresh_says_unavailable(no_redis: redis.Redis, prefix: str) -> None:
    tokens = Tokens(KEY, "bakery", no_redis, prefix)

    assert tokens.read(tokens.access("7"))["sub"] == "7"
    for refused in (lambda: tokens.issue_refresh("7"), lambda: tokens.rotate("a.b"), lambda: tokens.revoke_all("7")):
        with pytest.raises(Unavailable):
            refused()
