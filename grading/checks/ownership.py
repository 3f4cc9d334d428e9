"""F1: who may write what."""

from __future__ import annotations

import re
from typing import Any

from grading.check import check
from grading.edge import describe
from grading.pictures import photo
from grading.team import Call, Team
from grading.team.model import Row
from grading.text import Text, joined
from grading.world import World, unique

WHO = ("anonymous", "other", "owner", "staff")


@check(
    "F1.7",
    points=1.5,
    timeout=60,
    why={
        "en": "A hidden button protects nothing: anyone can send the request that the button would send.",
        "ko": "버튼을 숨겨도 보호되지 않습니다. 버튼이 보낼 요청은 누구나 보낼 수 있습니다.",
    },
    hint={
        "en": "Check in the service, after loading the row: if thing.owner_id != user.id: raise Forbidden. 401 without a token.",
        "ko": "서비스에서 행을 읽은 뒤 확인하세요: if thing.owner_id != user.id: raise Forbidden. 토큰이 없으면 401.",
    },
)
def only_owners_write(world: World, team: Team) -> Text:
    """Every write route answers owner, other and anonymous as it should.

    모든 쓰기 경로가 소유자, 다른 사용자, 익명에게 알맞게 답한다.
    """
    wrong, asked = [], 0
    for row in team.ownership.matrix:
        needs = team.resources[row.needs].by if row.needs else "owner"
        for who in WHO:
            wanted: list[int] | None = getattr(row, who)
            if wanted is None:
                continue
            # A new thing for each: the one before may have deleted it.
            variables = _variables(world, row, needs)
            account = world.account(needs if who == "owner" else who)
            call = Call(row.request, json=row.json, form=row.form, file=row.file)
            file = ("picture.jpg", photo(), "image/jpeg") if row.file else None
            reply = world.edge.request(call, {**account.variables, **variables}, account.headers, file)
            asked += 1
            if reply.status_code not in wanted:
                wrong.append(f"{who}: {describe(reply)[:150]} ({'/'.join(map(str, wanted))})")
    assert not wrong, joined(wrong)
    return Text(
        f"{asked} requests on {len(team.ownership.matrix)} routes",
        f"경로 {len(team.ownership.matrix)}개에 요청 {asked}번",
    )


def _variables(world: World, row: Row, maker: str) -> dict[str, Any]:
    if row.needs is None:
        return {"unique": unique()}
    return world.make(row.needs, world.account(maker)).variables | {"unique": unique()}


@check(
    "F1.8",
    points=0.5,
    why={
        "en": "The route that nobody thought of is the one that lets everybody in.",
        "ko": "아무도 생각하지 못한 경로가 모두를 들여보냅니다.",
    },
    hint={
        "en": "team.yaml: add the route that the evidence names to ownership.matrix, or to ownership.public if anyone may call it.",
        "ko": "team.yaml: 증거에 나온 경로를 ownership.matrix에, 누구나 불러도 되면 ownership.public에 넣으세요.",
    },
)
def every_write_route_is_known(openapi: dict[str, Any], team: Team) -> Text:
    """Every write route of the API is in the ownership matrix.

    API의 모든 쓰기 경로가 소유권 표에 있다.
    """
    known = {_shape(row.request) for row in team.ownership.matrix} | {_shape(one) for one in team.ownership.public}
    routes = [
        f"{method.upper()} {path}" for path, item in openapi["paths"].items() for method in item
        if method in ("post", "put", "patch", "delete")
    ]  # fmt: skip
    missing = [route for route in routes if _shape(route) not in known]
    assert not missing, Text(f"not in the matrix: {', '.join(missing)}", f"표에 없는 경로: {', '.join(missing)}")
    return Text(f"{len(routes)} write routes", f"쓰기 경로 {len(routes)}개")


def _shape(route: str) -> str:
    """The route with its parameters nameless."""
    return re.sub(r"\{[^}]*\}", "{}", route.partition("?")[0].rstrip("/"))
