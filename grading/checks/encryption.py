"""S3: what goes over the wire, and who may speak to whom."""

from __future__ import annotations

import re
import socket
import ssl
import warnings
from typing import Any

import httpx

from grading.check import NotChecked, check
from grading.edge import Edge, describe
from grading.probes import Target, attempt
from grading.stack import Stack
from grading.team import Team
from grading.text import Text, joined

MONITORS = (("prometheus", 9090), ("alertmanager", 9093))


@check(
    "S3.1",
    points=1,
    why={
        "en": "TLS 1.0 and 1.1 are broken, and a certificate that does not verify teaches users to click warnings away.",
        "ko": "TLS 1.0과 1.1은 깨졌고, 검증되지 않는 인증서는 사용자가 경고를 무시하도록 길들입니다.",
    },
    hint={
        "en": "nginx: ssl_protocols TLSv1.2 TLSv1.3; and a certificate for the name that is asked for (./nox -s secrets).",
        "ko": "nginx: ssl_protocols TLSv1.2 TLSv1.3; 그리고 요청한 이름에 맞는 인증서를 쓰세요(./nox -s secrets).",
    },
)
def edge_speaks_modern_tls(edge: Edge) -> Text:
    """The edge speaks TLS 1.2 and 1.3 only, with a certificate that verifies.

    입구는 TLS 1.2와 1.3만 쓰고, 인증서가 검증된다.
    """
    answers = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        versions = ssl.TLSVersion
        for version in (versions.TLSv1, versions.TLSv1_1, versions.TLSv1_2, versions.TLSv1_3):
            answers[version.name] = _handshake(edge, version)
    for name in ("TLSv1", "TLSv1_1"):
        assert answers[name] != "accepted", Text(f"{name} is accepted", f"{name} 접속이 허용됨")
    for name in ("TLSv1_2", "TLSv1_3"):
        assert answers[name] == "accepted", Text(f"{name}: {answers[name]}", f"{name}: {answers[name]}")
    return Text("TLS 1.2 and 1.3 accepted, 1.0 and 1.1 refused", "TLS 1.2와 1.3은 허용, 1.0과 1.1은 거부")


def _handshake(edge: Edge, version: ssl.TLSVersion) -> str:
    context = ssl.create_default_context(cafile=str(edge.ca))
    # Debian's OpenSSL would not even offer the old ones.
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version, context.maximum_version = version, version
    try:
        with (
            socket.create_connection((edge.host, edge.port), 5) as raw,
            context.wrap_socket(raw, server_hostname=edge.host),
        ):
            return "accepted"
    except OSError as problem:
        return f"refused ({getattr(problem, 'verify_message', '') or problem.__class__.__name__})"


@check(
    "S3.2",
    points=1,
    why={
        "en": "Who types the address without https must not send a password in the clear.",
        "ko": "https 없이 주소를 입력한 사람이 비밀번호를 평문으로 보내게 해서는 안 됩니다.",
    },
    hint={
        "en": "nginx, server on 8080: return 308 https://$host:<port>$request_uri; and nothing else there.",
        "ko": "nginx의 8080 서버: return 308 https://$host:<포트>$request_uri; 그 밖에는 아무것도 두지 마세요.",
    },
)
def http_redirects(edge: Edge, stack: Stack) -> Text:
    """Plain HTTP only redirects to the same page over HTTPS.

    평문 HTTP는 같은 페이지의 HTTPS로 보내기만 한다.
    """
    port = stack.place.ports["EDGE_HTTP_PORT"]
    with httpx.Client(trust_env=False, timeout=5) as client:
        for path in ("/", "/api/health?a=1"):
            try:
                reply = client.get(f"http://localhost:{port}{path}")
            except httpx.HTTPError as problem:
                raise AssertionError(
                    Text(f"port 8080 does not answer: {problem}", f"8080 포트가 응답하지 않음: {problem}")
                ) from None
            wanted = f"{edge.base}{path}"
            said = f"{describe(reply)[:120]} location: {reply.headers.get('location')}"
            found = (reply.status_code in (301, 308), reply.headers.get("location"))
            assert found == (True, wanted), Text(
                f"{said} (expected 308 to {wanted})", f"{said} (기대: {wanted}(으)로 308)"
            )
    return Text(f"308 to {edge.base}", f"{edge.base}(으)로 308")


@check(
    "S3.3",
    points=1,
    why={
        "en": "These headers make the browser refuse framing, sniffed types, injected scripts and the way back to HTTP.",
        "ko": "이 헤더들은 브라우저가 프레임 삽입, 형식 추측, 주입된 스크립트, HTTP로의 복귀를 거부하게 합니다.",
    },
    hint={
        "en": "nginx: add_header ... always; in every location that has an add_header of its own, all of them again.",
        "ko": "nginx: add_header ... always; 자체 add_header가 있는 location마다 전부 다시 쓰세요.",
    },
)
def security_headers_are_set(edge: Edge) -> None:
    """Pages, API replies and errors carry the security headers.

    페이지, API 응답, 오류 모두에 보안 헤더가 있다.
    """
    wrong = []
    for path in ("/", "/api/health", "/api/no-such-route"):
        headers = edge.send("GET", path).headers
        policy = headers.get("content-security-policy", "")
        scripts = re.search(r"(?:script-src|default-src)[^;]*", policy)
        tests = {
            "strict-transport-security": bool(
                re.search(r"max-age=[1-9]\d{6,}", headers.get("strict-transport-security", ""))
            ),
            "x-content-type-options: nosniff": headers.get("x-content-type-options") == "nosniff",
            "content-security-policy": bool(scripts),
            "CSP without unsafe-inline and unsafe-eval": not re.search(
                r"unsafe-(inline|eval)", scripts[0] if scripts else ""
            ),
            "frame-ancestors": "frame-ancestors" in policy or "x-frame-options" in headers,
            "referrer-policy": "referrer-policy" in headers,
            "no version in server": not re.search(r"\d", headers.get("server", "")),
        }
        wrong += [f"{path}: {name}" for name, fine in tests.items() if not fine]
    assert not wrong, Text(f"lacking: {'; '.join(wrong)}", f"빠진 것: {'; '.join(wrong)}")


@check(
    "S3.4",
    points=1,
    why={
        "en": "On a shared network anyone can read what PostgreSQL and Redis say in the clear, passwords included.",
        "ko": "같은 네트워크에 있으면 누구나 PostgreSQL과 Redis의 평문 통신을, 비밀번호까지 읽을 수 있습니다.",
    },
    hint={
        "en": "pg_hba.conf: hostssl lines only. redis.conf: port 0 and tls-port 6379. Certificates come from ./nox -s secrets.",
        "ko": "pg_hba.conf에는 hostssl 줄만, redis.conf에는 port 0과 tls-port 6379. 인증서는 ./nox -s secrets가 만듭니다.",
    },
)
def databases_refuse_plaintext(stack: Stack, team: Team) -> Text:
    """PostgreSQL and Redis refuse plaintext, and speak TLS with a certificate that verifies.

    PostgreSQL과 Redis는 평문을 거부하고, 검증되는 인증서로 TLS를 쓴다.
    """
    wrong = []
    database, cache = (team.services.database, 5432), (team.services.cache, 6379)
    targets = [
        Target("postgres", *database),
        Target("postgres-tls", *database),
        Target("redis", *cache),
        Target("tls", *cache),
    ]
    answers = attempt(stack, "data", targets)
    for service, plain, secured in ((database[0], *answers[:2]), (cache[0], *answers[2:])):
        # PostgreSQL refuses with a message of its own, an ErrorResponse.
        if plain.startswith("answered") and not plain.startswith("answered: E") and not plain.startswith("answered: -"):
            wrong.append(f"{service}: plaintext {plain[:60]!r}")
        if plain.startswith("answered: E") and "no encryption" not in plain and "pg_hba.conf" not in plain:
            wrong.append(f"{service}: plaintext {plain[:80]!r}")
        if not secured.startswith("tls"):
            wrong.append(f"{service}: TLS {secured}")
    assert not wrong, joined(wrong)
    rows = stack.database(
        "select a.application_name, coalesce(s.ssl, false) from pg_stat_activity a left join pg_stat_ssl s using (pid) "
        "where a.client_addr is not null",
        "postgres",
    ).splitlines()
    bare = [row for row in rows if not row.endswith("|t")]
    assert not bare, Text(f"connections without TLS: {bare}", f"TLS 없는 연결: {bare}")
    return Text(f"plaintext refused; {len(rows)} connections, all TLS", f"평문 거부, 연결 {len(rows)}개 모두 TLS")


@check(
    "S3.5",
    points=1,
    why={
        "en": "Between nginx and the API go the same tokens and passwords as before nginx.",
        "ko": "nginx와 API 사이에도 nginx 앞과 똑같은 토큰과 비밀번호가 오갑니다.",
    },
    hint={
        "en": "Give the API its certificate (tls.crt, tls.key) and listen on https only; nginx: proxy_pass https://... with "
        "proxy_ssl_verify on.",
        "ko": "API에 인증서(tls.crt, tls.key)를 주고 https로만 들으세요. nginx는 proxy_pass https://...와 proxy_ssl_verify on.",
    },
)
def api_refuses_plaintext(stack: Stack, team: Team) -> Text:
    """The API, Prometheus and its targets refuse plain HTTP, and their certificates verify.

    API, Prometheus와 그 대상들은 평문 HTTP를 거부하고, 인증서가 검증된다.
    """
    wrong = []
    asked = [
        ("edge", team.services.api, 8000),
        *(("app", name, port) for name, port in MONITORS if name in stack.services),
    ]
    for network in ("edge", "app"):
        targets = [Target(way, name, port) for one, name, port in asked if one == network for way in ("http", "tls")]
        answers = attempt(stack, network, targets)
        wrong += _plain_or_unverified(targets, answers)
    assert not wrong, joined(wrong)
    return Text(f"{len(asked)} services", f"서비스 {len(asked)}개")


def _plain_or_unverified(targets: list[Target], answers: list[str]) -> list[str]:
    wrong = []
    for target, answer in zip(targets, answers, strict=True):
        if target.way == "http" and re.match(r"answered: HTTP/1.\d [23]", answer):
            wrong.append(f"{target.host}: plaintext {answer[:60]!r}")
        if target.way == "tls" and not answer.startswith("tls"):
            wrong.append(f"{target.host}: TLS {answer}")
    return wrong


@check(
    "S3.6",
    points=1,
    why={
        "en": "A published 5432 lets anyone on the network try passwords; a frontend that is broken into should not get further.",
        "ko": "5432를 공개하면 같은 네트워크의 누구나 비밀번호를 시도할 수 있습니다. 프런트엔드가 뚫려도 더 나아갈 수 없어야 합니다.",
    },
    hint={
        "en": "Delete `ports:` from everything but nginx, and give the databases `networks: [data]` with `internal: true`.",
        "ko": "nginx 외의 서비스에서 `ports:`를 지우고, 데이터베이스는 `internal: true`인 `networks: [data]`에만 두세요.",
    },
)
def databases_are_private(stack: Stack, team: Team, model: dict[str, Any]) -> Text:
    """Only nginx is published, and the databases cannot be reached from the edge network.

    nginx만 공개되고, 입구 네트워크에서는 데이터베이스에 닿을 수 없다.
    """
    open_ports = {name: stack.published(name) for name in stack.services}
    monitors = {team.services.prometheus, team.services.grafana}
    wrong = [f"{name} publishes {', '.join(ports)}" for name, ports in open_ports.items()
             if ports and name != team.services.edge and name not in monitors]  # fmt: skip
    wrong += [
        f"{name} is published beyond 127.0.0.1" for name in monitors & set(model["services"])
        for port in model["services"][name].get("ports") or [] if port.get("host_ip") != "127.0.0.1"
    ]  # fmt: skip
    assert not wrong, joined(wrong)
    targets = []
    for service, port in ((team.services.database, 5432), (team.services.cache, 6379)):
        container = stack.container(service)
        addresses = [
            one["IPAddress"] for one in container.inspected["NetworkSettings"]["Networks"].values() if one["IPAddress"]
        ]
        if not addresses:
            raise NotChecked(Text(f"{service} has no address.", f"{service}에 주소가 없습니다."))
        targets += [Target("reach", host, port) for host in (service, *addresses)]
    reached = [
        one.host for one, answer in zip(targets, attempt(stack, "edge", targets), strict=True) if answer == "reached"
    ]
    names = ", ".join(reached)
    assert not reached, Text(f"reached from the edge network: {names}", f"입구 네트워크에서 닿음: {names}")
    data = stack.model["networks"].get("data") or {}
    assert data.get("internal"), Text("network data is not internal", "data 네트워크가 internal이 아닙니다")
    return Text("only nginx is published; data is internal", "nginx만 공개, data는 내부 네트워크")
