"""F1: sign-up, login, tokens."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import jwt

from grading.check import check
from grading.edge import Edge, describe, expect
from grading.stack import Stack
from grading.team import Team
from grading.text import Text
from grading.world import Account, World


@check(
    "F1.1",
    points=1,
    why={
        "en": "Everything that belongs to somebody starts with an account.",
        "ko": "누군가의 것이 되는 모든 일은 계정에서 시작합니다.",
    },
    hint={
        "en": "Try it: curl -k https://localhost:8443<signup path> -d '{...}' -H 'Content-Type: application/json', and read "
        "the API's log: docker compose logs <team>-api",
        "ko": "직접 해 보기: curl -k https://localhost:8443<가입 경로> -d '{...}' -H 'Content-Type: application/json'. "
        "API 로그 보기: docker compose logs <팀>-api",
    },
)
def people_sign_up(edge: Edge, team: Team, stack: Stack) -> None:
    """A new user signs up, is signed in at once, and is known by the token.

    새 사용자가 가입하면 바로 로그인되고, 토큰으로 누구인지 확인된다.
    """
    world = World(edge, team, stack)
    account = world.sign_up()
    _is_known(world, account)
    nobody = edge.request(team.auth.me, {})
    expect(nobody, team.auth.refused)


def _is_known(world: World, account: Account) -> None:
    me = world.edge.call(world.team.auth.me, account.variables, account.headers)
    asked = account.variables["email"]
    assert me.get("email") == asked, Text(
        f"signed up as {asked}, known as {me.get('email')}", f"{asked}(으)로 가입했는데 {me.get('email')}(으)로 확인됨"
    )


@check(
    "F1.2",
    points=1,
    why={
        "en": "A login that answers differently to an unknown address tells an attacker who has an account.",
        "ko": "모르는 주소에 다르게 답하는 로그인은 누가 계정을 가졌는지 공격자에게 알려 줍니다.",
    },
    hint={
        "en": "Verify a hash even if there is no such user, and answer 401 with the same body in both cases.",
        "ko": "그런 사용자가 없어도 해시를 검증하고, 두 경우 모두 같은 본문으로 401을 답하세요.",
    },
)
def passwords_are_checked(world: World, team: Team) -> None:
    """The right password lets in; a wrong one and an unknown user are refused alike.

    맞는 비밀번호는 들어가고, 틀린 비밀번호와 모르는 사용자는 똑같이 거부된다.
    """
    account = world.sign_up()
    _is_known(world, world.log_in(account))
    wrong = world.edge.request(team.auth.login, {**account.variables, "password": "not the password 1!"})
    expect(wrong, team.auth.refused)
    unknown = world.edge.request(
        team.auth.login, {**account.variables, "email": "nobody@example.com", "name": "nobody-here"}
    )
    expect(unknown, team.auth.refused)
    assert _body(wrong) == _body(unknown), Text(
        f"a wrong password and an unknown user differ: {wrong.text[:100]} / {unknown.text[:100]}",
        f"틀린 비밀번호와 모르는 사용자의 응답이 다름: {wrong.text[:100]} / {unknown.text[:100]}",
    )


def _body(reply: Any) -> Any:
    """The reply without what differs each time."""
    content = reply.json() if "json" in reply.headers.get("content-type", "") else reply.text
    if isinstance(content, dict):
        return {key: value for key, value in content.items() if key not in ("requestId", "request_id", "instance")}
    return content


@check(
    "F1.3",
    points=1,
    why={
        "en": "Two accounts with one address: whose is the password that was forgotten?",
        "ko": "주소 하나에 계정이 둘이면, 잊어버린 비밀번호는 누구의 것일까요?",
    },
    hint={
        "en": "Put a unique constraint into the database and turn its violation into 409; a SELECT before the INSERT races.",
        "ko": "데이터베이스에 유일 제약을 두고 위반을 409로 바꾸세요. INSERT 전의 SELECT는 경쟁 상태에 빠집니다.",
    },
)
def duplicates_are_refused(world: World, team: Team) -> Text:
    """The same sign-up a second time is refused, and so is an unusable one.

    같은 가입을 다시 하거나 쓸 수 없는 값으로 가입하면 거부된다.
    """
    account = world.sign_up()
    again = world.edge.request(team.auth.signup, account.variables)
    expect(again, team.auth.duplicate)
    empty = world.edge.request(team.auth.signup, {**account.variables, "email": "", "name": "", "password": ""})
    expect(empty, [400, 422])
    return Text(f"{again.status_code} and {empty.status_code}", f"{again.status_code}, {empty.status_code}")


@check(
    "F1.4",
    points=1,
    why={
        "en": "A stolen refresh token is only noticed when it is used a second time; then all of its line must end.",
        "ko": "훔친 리프레시 토큰은 두 번째로 쓰일 때만 들킵니다. 그때 그 계열 전체를 끊어야 합니다.",
    },
    hint={
        "en": "Keep the current token of each family in Redis, swap it atomically (Lua), and delete the family on reuse.",
        "ko": "계열마다 현재 토큰을 Redis에 두고 원자적으로(Lua) 바꾸며, 재사용되면 계열을 지우세요.",
    },
)
def refresh_tokens_rotate(world: World, team: Team) -> None:
    """A refresh token works once; its reuse ends the whole family.

    리프레시 토큰은 한 번만 쓸 수 있고, 재사용하면 계열 전체가 끝난다.
    """
    account = world.sign_up()
    first = account.variables["refresh"]
    taken = world.edge.call(team.auth.refresh, {**account.variables, "refresh": first})
    second = taken["refresh"]
    assert second != first, Text("the refresh token stays the same", "리프레시 토큰이 바뀌지 않음")
    reply = world.edge.request(team.auth.me, {}, world.authorization(taken["access"]))
    expect(reply, team.auth.me.expect)
    reuse = world.edge.request(team.auth.refresh, {**account.variables, "refresh": first})
    expect(reuse, team.auth.refused)
    family = world.edge.request(team.auth.refresh, {**account.variables, "refresh": second})
    assert family.status_code in team.auth.refused, Text(
        f"after a reuse the rest of the family still works: {describe(family)[:120]}",
        f"재사용 뒤에도 같은 계열의 토큰이 동작함: {describe(family)[:120]}",
    )


@check(
    "F1.5",
    points=1,
    why={
        "en": "Who logs out on a shared machine expects that nobody comes back in.",
        "ko": "함께 쓰는 컴퓨터에서 로그아웃한 사람은 아무도 다시 들어오지 못하리라 믿습니다.",
    },
    hint={
        "en": "On logout delete the refresh token's family in Redis.",
        "ko": "로그아웃할 때 Redis에서 리프레시 토큰 계열을 지우세요.",
    },
)
def logout_ends_the_session(world: World, team: Team) -> None:
    """After logout the refresh token is worth nothing.

    로그아웃하면 리프레시 토큰을 더는 쓸 수 없다.
    """
    account = world.sign_up()
    world.edge.call(team.auth.logout, account.variables, account.headers)
    after = world.edge.request(team.auth.refresh, account.variables)
    expect(after, team.auth.refused)


def _forgeries(token: str, key: str) -> dict[str, str]:
    """Tokens that must be refused, each wrong in one way only."""
    header = jwt.get_unverified_header(token)
    claims = jwt.decode(token, options={"verify_signature": False})
    algorithm = header["alg"]
    now = int(time.time())

    def signed(changes: dict[str, Any], with_key: str = key) -> str:
        return jwt.encode(
            claims | changes, with_key, algorithm=algorithm, headers={"kid": header["kid"]} if "kid" in header else None
        )

    def part(content: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()

    head, body, signature = token.split(".")
    other = claims | {"sub": str(claims["sub"]) + "1"}
    found = {
        "expired": signed({"exp": now - 60, "iat": now - 3600}),
        "tampered": f"{head}.{part(other)}.{signature}",
        "alg none": f"{part({'alg': 'none', 'typ': 'JWT'})}.{body}.",
        "signed with another key": signed({}, "another-key-" + "x" * 52),
        "no expiry": jwt.encode({name: one for name, one in claims.items() if name != "exp"}, key, algorithm=algorithm),
        "nonsense": "not.a.token",
    }
    if "aud" in claims:
        found["another audience"] = signed({"aud": "somebody-else"})
    if "iss" in claims:
        found["another issuer"] = signed({"iss": "somebody-else"})
    return found


@check(
    "F1.6",
    points=1,
    why={
        "en": "A token is a signed claim; whoever can forge one is any user they like.",
        "ko": "토큰은 서명된 주장입니다. 위조할 수 있는 사람은 누구든 될 수 있습니다.",
    },
    hint={
        "en": "jwt.decode(token, key, algorithms=['HS256'], audience=..., issuer=..., options={'require': ['exp', 'sub']})",
        "ko": "jwt.decode(token, key, algorithms=['HS256'], audience=..., issuer=..., options={'require': ['exp', 'sub']})",
    },
)
def forged_tokens_are_refused(world: World, team: Team, stack: Stack) -> Text:
    """Expired, tampered, unsigned and foreign tokens are refused.

    만료된 토큰, 변조된 토큰, 서명 없는 토큰, 남의 토큰은 거부된다.
    """
    token = world.owner.variables["access"]
    key = stack.secret(f"{team.team}/jwt_key")
    try:
        jwt.decode(
            token, key, algorithms=["HS256", "HS384", "HS512"], options={"verify_aud": False, "verify_iss": False}
        )
    except jwt.InvalidTokenError as problem:
        raise AssertionError(
            Text(
                f"the token is not signed with the secret jwt_key: {problem}",
                f"토큰이 jwt_key로 서명되지 않음: {problem}",
            )
        ) from None
    lifetime = jwt.decode(token, options={"verify_signature": False})
    assert lifetime["exp"] - time.time() <= 3600, Text(
        "access tokens live longer than an hour", "액세스 토큰 수명이 1시간을 넘음"
    )
    forged = _forgeries(token, key)
    for name, one in forged.items():
        reply = world.edge.request(team.auth.me, {}, world.authorization(one))
        assert reply.status_code in team.auth.refused, Text(
            f"{name}: {describe(reply)[:120]}", f"{name}: {describe(reply)[:120]}"
        )
    return Text(f"refused: {', '.join(forged)}", f"{len(forged)}가지 모두 거부")
