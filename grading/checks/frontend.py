"""A1, S3: the frontend, as a browser sees it."""

from __future__ import annotations

import re
from posixpath import dirname
from urllib.parse import urljoin

from grading import metrics
from grading.check import check
from grading.edge import Edge, describe, expect
from grading.stack import Stack, eventually
from grading.team import Frontend, Team
from grading.text import Text, joined
from grading.visits import Visit

LEAST_TEXT = 20
YEAR = 31_536_000
# Smaller files gain nothing from being compressed.
WORTH_COMPRESSING = 1400
ASSET = re.compile(r"""(?:src|href)=["']([^"']+\.(?:js|css))["']""")
# What a build puts into a name so that it changes with the content.
HASHED = re.compile(r"[.-][\w-]{8,}\.(?:js|css)$")
REPORT_SECONDS = 10.0


def _opened(visits: list[Visit]) -> list[Visit]:
    """The visits of people; without the one that injected code."""
    return [one for one in visits if one.name != "attacked"]


def _noted(visits: list[Visit], *names: str) -> Text:
    """`/path (look): line` for the first lines that were noted under these names; empty if none was."""
    lines = {
        f"{one.path} ({one.look}): {line}": None for one in visits for name in names for line in getattr(one, name)[:2]
    }
    return joined(list(lines), most=5)


@check(
    "A1.9",
    points=0.5,
    why={
        "en": "A page may be served and still be empty: the program in it runs only in a browser.",
        "ko": "페이지가 제공되어도 비어 있을 수 있습니다. 안의 프로그램은 브라우저에서만 실행되기 때문입니다.",
    },
    hint={
        "en": "Open every page with the browser's developer tools: the console must be empty and no request red.",
        "ko": "브라우저 개발자 도구를 열고 모든 페이지를 보세요. 콘솔은 비어 있고 빨간 요청이 없어야 합니다.",
    },
)
def pages_render(visits: list[Visit]) -> Text:
    """Every page renders in Chromium, without an error in the console or a failed request.

    모든 페이지가 Chromium에서 그려지고, 콘솔 오류와 실패한 요청이 없다.
    """
    seen = _opened(visits)
    problems = [f"{one.path} ({one.look}): {one.problem}" for one in seen if one.problem]
    assert not problems, joined(problems, most=3)
    empty = [one.path for one in seen if one.text < LEAST_TEXT or not one.heading]
    assert not empty, Text(f"no heading or hardly a text: {empty[0]}", f"제목이나 글이 거의 없음: {empty[0]}")
    wrong = _noted(seen, "errors", "failed", "console")
    assert not wrong, wrong
    script = visits[0].script_bytes / 1000
    pages = len({one.path for one in seen})
    return Text(
        f"{pages} pages; {script:.0f} kB of script at first load", f"페이지 {pages}개, 첫 로딩 스크립트 {script:.0f} kB"
    )


@check(
    "A1.10",
    points=0.5,
    why={
        "en": "People share addresses and press reload; a route that only a click can reach is lost to both.",
        "ko": "사람들은 주소를 공유하고 새로 고침을 누릅니다. 클릭으로만 갈 수 있는 경로는 둘 다 안 됩니다.",
    },
    hint={
        "en": "nginx: try_files $uri /index.html for every path that is no file and no /api/.",
        "ko": "nginx: 파일도 /api/도 아닌 모든 경로에 try_files $uri /index.html을 쓰세요.",
    },
)
def addresses_can_be_shared(visits: list[Visit]) -> Text:
    """Every page opens by its address, and again on reload.

    모든 페이지가 주소로 바로 열리고, 새로 고쳐도 열린다.
    """
    pages = {one.path: one for one in _opened(visits) if one.look == "desktop"}
    wrong = [
        f"{path}: {one.problem or f'{one.status}, then {one.reloaded}'}"
        for path, one in pages.items()
        if one.problem or (one.status, one.reloaded) != (200, 200)
    ]
    assert not wrong, joined(wrong, most=3)
    return Text(", ".join(pages), ", ".join(pages))


@check(
    "A1.11",
    points=0.5,
    why={
        "en": "Unhashed names show yesterday's program, uncached ones are fetched at every visit.",
        "ko": "이름에 해시가 없으면 어제 프로그램이 보이고, 캐시하지 않으면 올 때마다 다시 받습니다.",
    },
    hint={
        "en": "nginx: immutable and a year for /assets/, no-cache for index.html, gzip_static on with files compressed at build, "
        "and no fallback to index.html below /assets/.",
        "ko": "nginx: /assets/에는 immutable과 1년, index.html에는 no-cache, 빌드 때 압축한 파일에 gzip_static on, "
        "/assets/ 아래에서는 index.html로 대신하지 마세요.",
    },
)
def assets_are_kept_and_pages_asked_for(frontend: Frontend, edge: Edge) -> Text:
    """Hashed assets are kept for a year and come compressed; the page is asked for each time; a missing asset is 404.

    해시가 붙은 파일은 1년간 보관되고 압축되어 온다. 페이지는 매번 확인하며, 없는 파일은 404다.
    """
    page = edge.send("GET", "/", headers={"Accept": "text/html"})
    expect(page, [200])
    kept = page.headers.get("cache-control", "")
    assert re.search(r"no-cache|no-store|max-age=0", kept), Text(
        f"the page may be kept: Cache-Control {kept!r}", f"페이지가 보관될 수 있음: Cache-Control {kept!r}"
    )
    assets = [urljoin("/", one) for one in ASSET.findall(page.text)]
    hashed = [one for one in assets if HASHED.search(one)]
    assert hashed, Text(f"no asset has a hash in its name: {assets}", f"이름에 해시가 있는 파일이 없음: {assets}")
    for path in hashed:
        _is_kept(edge, path)
    missing = f"{dirname(hashed[0])}/missing-0a1b2c3d.js"
    answer = edge.send("GET", missing)
    assert answer.status_code == 404, Text(describe(answer)[:160], describe(answer)[:160])
    return Text(f"{len(hashed)} assets; {missing}: 404", f"파일 {len(hashed)}개, {missing}: 404")


def _is_kept(edge: Edge, path: str) -> None:
    answer = edge.send("GET", path, headers={"Accept-Encoding": "gzip"})
    expect(answer, [200])
    kept = answer.headers.get("cache-control", "")
    age = re.search(r"max-age=(\d+)", kept)
    long = "immutable" in kept and age and int(age[1]) >= YEAR
    assert long, Text(f"{path}: Cache-Control {kept!r}", f"{path}: Cache-Control {kept!r}")
    if len(answer.content) > WORTH_COMPRESSING:
        # A server that compresses while it sends does not know the length beforehand.
        ready = answer.headers.get("content-encoding") == "gzip" and "content-length" in answer.headers
        assert ready, Text(f"{path} is not compressed beforehand", f"{path}이(가) 미리 압축되어 있지 않음")


@check(
    "A1.12",
    points=0.5,
    why={
        "en": "A demo room may have no network, and whoever serves a script or a font to your users knows them.",
        "ko": "발표장에 네트워크가 없을 수 있고, 스크립트나 글꼴을 제공하는 쪽은 사용자를 알게 됩니다.",
    },
    hint={
        "en": "Bundle scripts, fonts and images; show nothing from addresses that users wrote.",
        "ko": "스크립트, 글꼴, 이미지를 함께 묶으세요. 사용자가 적은 주소의 것을 그대로 보여 주지 마세요.",
    },
)
def nothing_leaves_the_origin(visits: list[Visit]) -> Text:
    """No request leaves the origin while the pages are opened and used.

    페이지를 열고 쓰는 동안 어떤 요청도 다른 주소로 나가지 않는다.
    """
    assert not visits[0].problem, visits[0].problem
    wrong = _noted(visits, "outside")
    assert not wrong, wrong
    return Text(f"{len(visits)} visits", f"방문 {len(visits)}회")


@check(
    "A1.13",
    points=0.5,
    why={
        "en": "Somebody in the room cannot see your grey on grey, and somebody's screen reader reads unlabelled fields.",
        "ko": "누군가는 회색 위의 회색을 볼 수 없고, 누군가의 화면 낭독기는 이름 없는 입력란을 읽습니다.",
    },
    hint={
        "en": "The evidence names axe's rule and the element; https://dequeuniversity.com/rules/axe explains each rule.",
        "ko": "증거에 axe 규칙과 요소가 있습니다. 규칙 설명: https://dequeuniversity.com/rules/axe",
    },
)
def everybody_can_use_the_pages(visits: list[Visit]) -> Text:
    """axe finds nothing serious or critical on any page, in the light and in the dark.

    axe가 밝은 화면과 어두운 화면 모두에서 심각한 접근성 문제를 찾지 못한다.
    """
    seen = [one for one in _opened(visits) if one.look == "desktop"]
    problems = [f"{one.path}: {one.problem}" for one in seen if one.problem]
    assert not problems, joined(problems, most=3)
    wrong = _noted(seen, "barriers")
    assert not wrong, wrong
    return Text(f"{len(seen)} pages", f"페이지 {len(seen)}개")


@check(
    "S3.7",
    points=0.5,
    why={
        "en": "Some text will slip past a sanitiser one day; then the policy is what keeps it from running.",
        "ko": "언젠가는 정화를 빠져나가는 글이 있습니다. 그때 실행을 막는 것이 이 정책입니다.",
    },
    hint={
        "en": "Content-Security-Policy: default-src 'self' without unsafe-inline and unsafe-eval; report-uri and report-to "
        "an address of the API that logs and counts.",
        "ko": "Content-Security-Policy: default-src 'self', unsafe-inline과 unsafe-eval 없이. "
        "report-uri와 report-to로 API에 알리고, API가 기록하고 세게 하세요.",
    },
)
def injected_code_does_not_run(visits: list[Visit], frontend: Frontend, stack: Stack, team: Team) -> Text:
    """Code that got into a page does not run: the policy forbids it, and the violation is reported.

    페이지에 끼어든 코드는 실행되지 않는다. 정책이 막고, 위반이 보고된다.
    """
    visit = next(one for one in visits if one.name == "attacked")
    assert not visit.problem, visit.problem
    strict = visit.policy and not re.search(r"'unsafe-(?:inline|eval)'", visit.policy)
    assert strict, Text(f"the policy: {visit.policy!r}", f"정책: {visit.policy!r}")
    assert not visit.ran, Text(f"ran: {', '.join(visit.ran)}", f"실행됨: {', '.join(visit.ran)}")
    assert visit.violations, Text("Chromium saw no violation", "Chromium이 위반을 보지 못함")
    if not frontend.reports:
        return Text(visit.policy, visit.policy)
    assert frontend.reports in visit.policy, Text(
        f"the policy reports nothing to {frontend.reports}", f"정책이 {frontend.reports}에 보고하지 않음"
    )
    # Nothing but the injected code has been forbidden in this stack's life.
    counted = eventually(
        lambda: metrics.total(metrics.of(stack, team.services.api), "browser_csp_violations_total"), REPORT_SECONDS
    )
    assert counted, Text("browser_csp_violations_total did not move", "browser_csp_violations_total이 움직이지 않음")
    return Text(f"{counted:g} violations reported", f"위반 {counted:g}건 보고됨")
