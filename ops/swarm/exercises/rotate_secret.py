"""Change the key that signs everybody's tokens, while everybody goes on."""

import hashlib
import secrets as random
from typing import Any

import jwt

from grading.edge import Edge
from grading.text import Text
from grading.world import World
from ops.swarm.exercises.exercise import Exercise, NotVerified, Run
from ops.swarm.inside import Inside

TARGET = "jwt_key"


def setup(run: Run) -> None:
    # The workers carry the key too and never use it, so it is the API's that matters.
    run.notes["old"], run.notes["made"] = _secret(run, run.api)["SecretName"], []
    # Swarm tells nobody what is in a secret, except the containers that have it.
    run.notes["old key"] = _content(run)
    run.notes["new key"] = random.token_hex(32)


def _content(run: Run) -> str:
    """What the API's own copy of the secret holds."""
    reading = f"print(open('/run/secrets/{TARGET}').read())"
    return Inside(run.deployed).exec(run.watch.team.services.api, "/usr/bin/python3", "-c", reading).strip()


def _secret(run: Run, service: str) -> dict[str, Any]:
    """What the service's definition says of the secret; empty where it has none."""
    listed = run.spec(service)["Spec"]["TaskTemplate"]["ContainerSpec"].get("Secrets") or []
    return next((one for one in listed if one["File"]["Name"] == TARGET), {})


def break_it(run: Run) -> None:
    old, new = run.notes["old key"], run.notes["new key"]
    if not run.notes.get("hurried"):
        _roll(run, f"{old}\n{new}", "both are read, the old one signs", "둘 다 읽고 이전 키로 서명")
        _roll(run, f"{new}\n{old}", "both are read, the new one signs", "둘 다 읽고 새 키로 서명")
    else:
        _roll(run, new, "the new one at once", "곧바로 새 키로")
    run.notes["rolled"] = True


def _roll(run: Run, content: str, en: str, ko: str) -> None:
    """A secret with this content, named by it, in the place of the one that the API has: one replica after the other."""
    run.watch.mark("step", en, ko)
    _give(run, _create(run, content))


def _create(run: Run, content: str) -> str:
    name = f"{run.notes['old'].rpartition('-')[0]}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"
    if name not in run.notes["made"]:
        run.docker("secret", "create", name, "-", input=content)
        run.notes["made"].append(name)
    return str(name)


def _give(run: Run, name: str) -> None:
    now = _secret(run, run.api)
    file = now["File"]
    added = f"source={name},target={TARGET},uid={file['UID']},gid={file['GID']},mode={file['Mode']:#o}"
    run.docker(
        *("service", "update", "--detach=false", "--quiet"),
        *("--secret-rm", now["SecretName"], "--secret-add", added, run.api),
        seconds=300,
    )


def verify(run: Run) -> Text:
    if not run.notes.get("rolled"):
        raise NotVerified("the key is still the old one", "여전히 이전 키를 사용 중")
    seconds = run.healed()
    wrong = [one for one in (_signed_by(run, run.notes["new key"]) for _ in range(6)) if not one]
    if wrong:
        raise NotVerified("new tokens are still signed with the old key", "새 토큰이 여전히 이전 키로 서명됨")
    refused = sum(one.refused for one in run.watch.traffic.writes)
    if refused:
        raise NotVerified(
            f"{refused} requests of people who were signed in were refused",
            f"로그인한 사용자의 요청 {refused}건이 거부됨",
        )
    return Text(
        f"the new key signs after {seconds:.0f} s, and nobody was signed out",
        f"{seconds:.0f}초 만에 새 키로 서명하며, 로그아웃된 사용자가 없음",
    )


def _signed_by(run: Run, key: str) -> bool:
    """Whether somebody who signs in now gets a token of this key."""
    deployed = run.deployed
    edge = Edge(next(node.port for node in deployed.lab.nodes() if node.running), deployed.secrets / "ca.crt")
    try:
        token = World(edge, run.watch.team, Inside(deployed)).sign_up().variables["access"]  # type: ignore[arg-type]
    finally:
        edge.http.close()
    try:
        jwt.decode(token, key, ["HS256"], options={"verify_aud": False, "verify_iss": False})
    except jwt.InvalidSignatureError:
        return False
    return True


def cleanup(run: Run) -> None:
    """Back to the key that was there, at once: nobody is left who could be signed out. What was made is removed."""
    if _secret(run, run.api)["SecretName"] != run.notes["old"]:
        _give(run, run.notes["old"])
    if run.notes["made"]:
        run.docker("secret", "rm", *run.notes["made"])


def prevent(run: Run) -> None:
    """No time in which both are read: each replica refuses what the other kind has signed."""
    run.notes["hurried"] = True


EXERCISE = Exercise(
    name="rotate-secret",
    title=Text("Change a secret", "비밀 교체"),
    predict=Text(
        "The key that signs the tokens is changed, one replica after the other. Half of them know the old key, half the new one: "
        "what becomes of somebody who is signed in?",
        "토큰에 서명하는 키를 복제본마다 차례로 바꿉니다. 절반은 이전 키를, 절반은 새 키를 압니다. 로그인한 사용자는 어떻게 될까요?",
    ),
    commands=[
        "printf '%s\\n%s' $OLD $NEW | docker secret create blog_jwt_key-1 -",
        "docker service update --secret-rm blog_jwt_key-OLD --secret-add source=blog_jwt_key-1,target=jwt_key,uid=10001,gid=10001,mode=0400 blog_blog-api",
        "printf '%s\\n%s' $NEW $OLD | docker secret create blog_jwt_key-2 -",
        "docker service update --secret-rm blog_jwt_key-1 --secret-add source=blog_jwt_key-2,target=jwt_key,uid=10001,gid=10001,mode=0400 blog_blog-api",
    ],
    hints=[
        Text(
            "A secret cannot be changed: a new one gets a name of its own (here: by its content), and an update brings it to the tasks.",
            "secret은 바꿀 수 없습니다. 새 secret을 다른 이름(여기서는 내용의 해시)으로 만들고, 업데이트로 태스크에 전달합니다.",
        ),
        Text(
            "An update goes from replica to replica, so for a while both keys are in use. Every replica must read both before any "
            "signs with the new one: hence two updates.",
            "업데이트는 복제본마다 차례로 진행되므로 한동안 두 키가 함께 쓰입니다. 어느 복제본이든 새 키로 서명하기 전에 "
            "모든 복제본이 두 키를 읽을 수 있어야 합니다. 그래서 업데이트가 두 번입니다.",
        ),
        Text(
            "The old key may go when the last token that it signed has expired, here after 15 minutes: a third update, with the new one alone. "
            "If the key was stolen there is no waiting: everybody signs in again.",
            "이전 키는 그 키로 서명한 마지막 토큰이 만료된 뒤(여기서는 15분 후) 새 키만 남기는 세 번째 업데이트로 없앱니다. "
            "키가 유출되었다면 기다리지 않습니다. 모두 다시 로그인합니다.",
        ),
        Text(
            "A password works the same way where the server takes two: Redis does (ACL SETUSER team >new), a PostgreSQL role has one only, "
            "so there a second role takes over.",
            "서버가 암호 두 개를 받아 주면 암호도 같은 방식입니다. Redis는 가능하고(ACL SETUSER team >new), PostgreSQL 역할은 암호가 "
            "하나뿐이므로 두 번째 역할로 넘깁니다.",
        ),
    ],
    setup=setup,
    break_it=break_it,
    verify=verify,
    cleanup=cleanup,
    prevent=prevent,
)
