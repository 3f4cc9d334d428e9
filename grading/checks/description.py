"""F6: the API describes itself."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin

from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

from grading.check import check
from grading.edge import Edge, describe, expect, json_of
from grading.team import Call, Team
from grading.text import Text, joined
from grading.visits import Visit


@check(
    "F6.1",
    points=1,
    why={
        "en": "Clients are generated from it; a route that is missing there does not exist for them.",
        "ko": "클라이언트는 이 문서에서 만들어집니다. 문서에 없는 경로는 없는 것과 같습니다.",
    },
    hint={
        "en": "Read it: curl -k https://localhost:8443/api/openapi.json. Let the framework make it from the routes; do not write it.",
        "ko": "직접 보기: curl -k https://localhost:8443/api/openapi.json. 손으로 쓰지 말고 프레임워크가 경로에서 만들게 하세요.",
    },
)
def document_is_valid(edge: Edge, team: Team) -> Text:
    """The OpenAPI document is valid and has every route that is used.

    OpenAPI 문서가 올바르고, 쓰이는 모든 경로가 들어 있다.
    """
    reply = edge.send("GET", "/api/openapi.json")
    expect(reply, [200])
    document = json_of(reply)
    version = str(document.get("openapi", ""))
    validator = OpenAPIV30SpecValidator if version.startswith("3.0") else OpenAPIV31SpecValidator
    problems = [
        f"{'/'.join(map(str, one.absolute_path))}: {one.message[:160]}" for one in validator(document).iter_errors()
    ]
    assert not problems, joined(problems, most=3)
    known = {
        f"{method.upper()} {_shape(path)}"
        for path, item in document["paths"].items()
        for method in item
        if method != "parameters"
    }
    used = {f"{call.method} {_shape(call.path.partition('?')[0])}" for call in _calls(team)}
    lacking = sorted(used - known)
    assert not lacking, Text(f"not in it: {', '.join(lacking)}", f"문서에 없음: {', '.join(lacking)}")
    return Text(f"OpenAPI {version}, {len(known)} operations", f"OpenAPI {version}, 작업 {len(known)}개")


def _shape(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


def _calls(part: Any) -> list[Call]:
    """All requests that team.yaml has, of any part."""
    if isinstance(part, Call):
        return [part]
    if isinstance(part, dict):
        return [call for one in part.values() for call in _calls(one)]
    if isinstance(part, list):
        return [call for one in part for call in _calls(one)]
    if hasattr(part, "__dataclass_fields__"):
        found = [call for name in part.__dataclass_fields__ for call in _calls(getattr(part, name))]
        return [*found, Call(part.request)] if isinstance(getattr(part, "request", None), str) else found
    return []


REFERENCE = re.compile(r"""(?:src|href)\s*=\s*["']([^"'#]+)["']""")
# Addresses in code that a browser would ask for; names of XML namespaces are not.
OUTSIDE = re.compile(r"""(?:@import|url\(|fetch\(|import)\s*\(?["']?(https?://[^"')\s]+)""")


@check(
    "F6.2",
    points=1,
    why={
        "en": "A demo room may have no network, and a page that loads scripts from elsewhere gives them your users.",
        "ko": "발표장에 네트워크가 없을 수 있고, 밖에서 스크립트를 불러오는 페이지는 사용자를 그곳에 넘깁니다.",
    },
    hint={
        "en": "Serve swagger-ui's files from your own image (/api/docs/...), not from a CDN.",
        "ko": "swagger-ui 파일을 CDN이 아니라 여러분의 이미지에서(/api/docs/...) 제공하세요.",
    },
)
def documentation_opens(edge: Edge, docs_visit: Visit | None) -> Text:
    """Swagger UI opens, with all its files from our own origin.

    Swagger UI가 열리고, 모든 파일을 우리 주소에서 받는다.
    """
    if not docs_visit:
        return _files_of_the_documentation(edge)
    assert not docs_visit.problem, Text(
        f"no operation is shown: {docs_visit.problem}", f"작업이 보이지 않음: {docs_visit.problem}"
    )
    asked = sorted(set(docs_visit.outside))
    assert not asked, Text(f"the page asks {asked[0]}", f"페이지가 {asked[0]}에 요청함")
    wrong = [*docs_visit.errors, *docs_visit.failed, *docs_visit.console]
    assert not wrong, joined(wrong, most=3)
    said = docs_visit.heading.split("\n")[0]
    return Text(f"Chromium shows it: {said}", f"Chromium에 보임: {said}")


def _files_of_the_documentation(edge: Edge) -> Text:
    """What can be seen without a browser: every file that the page names is ours, and names none of others."""
    page = edge.send("GET", "/api/docs")
    while page.status_code in (301, 302, 307, 308) and page.headers.get("location"):
        page = edge.send("GET", urljoin(str(page.url), page.headers["location"]).removeprefix(edge.base))
    expect(page, [200])
    asked = 0
    for address in REFERENCE.findall(page.text):
        if address.startswith("data:"):
            continue
        whole = urljoin(str(page.url), address)
        assert whole.startswith(edge.base), Text(f"the page asks {whole}", f"페이지가 {whole}에 요청함")
        file = edge.send("GET", whole.removeprefix(edge.base))
        assert file.status_code == 200, Text(describe(file)[:150], describe(file)[:150])
        asked += 1
        outside = (
            [one for one in OUTSIDE.findall(file.text) if not one.startswith("http://www.w3.org/")]
            if asked < 30
            else []
        )
        assert not outside, Text(f"{address} asks {outside[0]}", f"{address}이(가) {outside[0]}에 요청함")
    assert "swagger" in page.text.lower(), Text("this is no Swagger UI", "Swagger UI가 아님")
    return Text(f"{asked} files from our own origin", f"우리 주소의 파일 {asked}개")
