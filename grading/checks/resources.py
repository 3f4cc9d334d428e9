"""F2: making, reading, changing and deleting things."""

from __future__ import annotations

from typing import Any

from grading.check import NotChecked, check
from grading.edge import describe, expect, json_of
from grading.team import Call, Team
from grading.team.model import Listing, Resource
from grading.templates import look
from grading.text import Text
from grading.world import Made, World, unique


def _main(team: Team) -> Resource:
    return team.resources[team.main]


def _part(team: Team, name: str) -> Any:
    part = getattr(_main(team), name)
    if part is None:
        raise NotChecked(
            Text(
                f"team.yaml: resources.{team.main} has no `{name}`",
                f"team.yaml: resources.{team.main}에 `{name}`이(가) 없음",
            )
        )
    return part


def _shows(world: World, made: Made, values: dict[str, Any]) -> None:
    """Whoever reads the thing sees these values."""
    resource = _main(world.team)
    reply = world.call(_part(world.team, "read"), made.variables, world.account(resource.by))
    for name, path in resource.shows.items():
        seen = look(reply, path)
        assert seen == values[name], Text(
            f"{name} was written as {values[name]!r} and reads {seen!r}",
            f"{name}을(를) {values[name]!r}(으)로 썼는데 {seen!r}(으)로 읽힘",
        )


@check(
    "F2.1",
    points=1,
    why={
        "en": "A 201 is a promise; only reading back shows that it was kept.",
        "ko": "201은 약속입니다. 다시 읽어 봐야 지켜졌는지 알 수 있습니다.",
    },
    hint={
        "en": "Commit before you reply, and compare with: curl -k https://localhost:8443<read path>",
        "ko": "응답하기 전에 커밋하고, 비교해 보세요: curl -k https://localhost:8443<읽기 경로>",
    },
)
def created_things_are_read_back(world: World, team: Team) -> None:
    """What is created reads back as it was written, Korean text included.

    만든 것은 한글을 포함해 쓴 그대로 읽힌다.
    """
    resource = _main(team)
    first = next(iter(resource.values))
    made = world.make(team.main)
    _shows(world, made, made.values)
    emoji: dict[str, Any] = {first: f"한글 제목과 이모지 🐳 {unique()}"}
    korean = world.make(team.main, **emoji)
    _shows(world, korean, korean.values)


@check(
    "F2.2",
    points=1,
    why={
        "en": "A change that is acknowledged and not seen is worse than one that is refused.",
        "ko": "접수했다고 하고 보이지 않는 수정은 거부된 수정보다 나쁩니다.",
    },
    hint={
        "en": "Commit the change, invalidate the cache, and return the changed thing.",
        "ko": "변경을 커밋하고 캐시를 무효화한 뒤 바뀐 것을 돌려주세요.",
    },
)
def changes_are_read_back(world: World, team: Team) -> None:
    """What is changed reads back changed, and the rest stays.

    바꾼 것은 바뀐 대로 읽히고 나머지는 그대로 있다.
    """
    resource = _main(team)
    made = world.make(team.main)
    name = _part(team, "changes")
    changed = {name: f"Changed and 바뀜 {unique()}"}
    world.call(_part(team, "update"), {**made.variables, **changed}, world.account(resource.by))
    _shows(world, made, made.values | changed)


@check(
    "F2.3",
    points=1,
    why={
        "en": "Deleted means gone: for readers, in lists, and for whoever still has the link.",
        "ko": "삭제는 사라지는 것입니다. 읽는 사람에게도, 목록에서도, 링크를 가진 사람에게도.",
    },
    hint={
        "en": "Answer 404 for an id that is not there, on GET, PUT and DELETE alike, and invalidate the lists.",
        "ko": "없는 id에는 GET, PUT, DELETE 모두 404로 답하고 목록 캐시를 무효화하세요.",
    },
)
def deleted_things_are_gone(world: World, team: Team) -> None:
    """What is deleted, or never was, is 404.

    삭제한 것과 없던 것은 404이다.
    """
    resource = _main(team)
    made, by = world.make(team.main), world.account(resource.by)
    world.call(_part(team, "delete"), made.variables, by)
    read: Call = _part(team, "read")
    expect(world.request(read, made.variables, by), [404])
    missing = {**made.variables, "id": resource.missing, team.main: resource.missing}
    for call in (read, _part(team, "update"), _part(team, "delete")):
        expect(world.request(call, missing, by), [404])


@check(
    "F2.4",
    points=1,
    why={
        "en": "A list without pages grows until it is the slowest route and takes the memory with it.",
        "ko": "페이지 없는 목록은 가장 느린 경로가 될 때까지 자라며 메모리까지 끌고 갑니다.",
    },
    hint={
        "en": "ORDER BY created_at DESC, id DESC with LIMIT and OFFSET (or a cursor); the id decides between equal times.",
        "ko": "ORDER BY created_at DESC, id DESC에 LIMIT과 OFFSET(또는 커서). 시각이 같으면 id로 순서를 정하세요.",
    },
)
def lists_have_pages(world: World, team: Team) -> Text:
    """Pages follow each other without a gap or a repetition.

    목록의 페이지는 빠짐도 겹침도 없이 이어진다.
    """
    pages: Listing = _part(team, "pages")
    above = world.needed(_main(team).needs)
    made = {world.make(team.main).id for _ in range(5)} if not _main(team).needs else _several(world, team, above)
    seen: list[Any] = []
    variables = {**above, "limit": 2, "offset": 0, "cursor": ""}
    for _ in range(3):
        items, reply = page(world, pages, variables)
        assert len(items) <= 2, Text(f"limit 2 gives {len(items)}", f"limit 2인데 {len(items)}개")
        seen += [look(item, pages.id) for item in items]
        following = look(reply, pages.next) if pages.next else None
        variables |= {"offset": variables["offset"] + 2, "cursor": following}
    assert len(seen) == len(set(seen)), Text(f"repeated: {seen}", f"겹침: {seen}")
    lacking = made - set(seen)
    assert not lacking, Text(f"the newest five lack {lacking}", f"최신 5개에서 빠짐: {lacking}")
    if pages.total:
        _, reply = page(world, pages, {**above, "limit": 1, "offset": 0, "cursor": ""})
        total = look(reply, pages.total)
        assert isinstance(total, int), Text(f"the total is {total!r}", f"전체 수가 {total!r}")
        assert total >= 5, Text(f"the total is {total}, and 5 were made", f"5개를 만들었는데 전체 수가 {total}")
    return Text("5 things on 3 pages of 2", "2개씩 3페이지에 5개")


def _several(world: World, team: Team, above: dict[str, Any]) -> set[Any]:
    resource, found = _main(team), set()
    for _ in range(5):
        by = world.account(resource.by)
        found.add(world.edge.call(resource.create, world.variables(resource, by, above), by.headers)["id"])
    return found


def page(world: World, pages: Listing, variables: dict[str, Any]) -> tuple[list[Any], Any]:
    """One page of a list, read by the owner: its items, and the whole reply."""
    reply = world.call(Call(pages.request, expect=[200]), variables, world.owner)
    return look(reply, pages.items), reply


@check(
    "F2.5",
    points=1,
    why={
        "en": "Bad input is the caller's mistake and must be told as one; a 500 wakes somebody at night.",
        "ko": "잘못된 입력은 보낸 쪽의 실수라고 알려 줘야 합니다. 500은 누군가를 밤에 깨웁니다.",
    },
    hint={
        "en": "Validate with the schema (pydantic, marshmallow) before the service is called, and answer 422 with the fields.",
        "ko": "서비스를 부르기 전에 스키마(pydantic, marshmallow)로 검증하고, 필드와 함께 422로 답하세요.",
    },
)
def bad_input_is_refused(world: World, team: Team) -> Text:
    """Bad input is answered with 422, never with a server error.

    잘못된 입력에는 서버 오류가 아니라 422로 답한다.
    """
    resource, replies = _main(team), []
    by, above = world.account(resource.by), world.needed(resource.needs)
    for call in resource.invalid:
        reply = world.request(call, {**above, "unique": unique()}, by)
        expect(reply, call.expect)
        replies.append(reply)
    create = resource.create
    variables = world.variables(resource, by, above)
    for content, kind in (
        (b"{not json", "application/json"),
        (b"\xff\xfe\x00", "application/json"),
        (b"", "text/plain"),
    ):
        path = Call(create.request).path
        reply = world.edge.send(
            "POST", _filled(path, variables), headers=by.headers | {"Content-Type": kind}, content=content
        )
        assert 400 <= reply.status_code < 500, Text(
            f"{describe(reply)} for {content!r}", f"{content!r}에 {describe(reply)}"
        )
    for reply in replies:
        assert isinstance(json_of(reply), dict), Text(
            f"{describe(reply)} explains nothing", f"{describe(reply)}에 설명이 없음"
        )
    return Text(f"{len(replies) + 3} bad requests", f"잘못된 요청 {len(replies) + 3}건")


def _filled(path: str, variables: dict[str, Any]) -> str:
    from grading.templates import fill_path

    return fill_path(path, variables)


@check(
    "F2.6",
    points=0.5,
    why={
        "en": "Two people at once: one of them must be told, or one overwrites the other.",
        "ko": "두 사람이 동시에 하면 한 사람에게는 알려야 합니다. 아니면 하나가 다른 하나를 덮어씁니다.",
    },
    hint={
        "en": "Let the database decide (unique constraint), catch IntegrityError, answer 409.",
        "ko": "데이터베이스가 판정하게 하고(유일 제약), IntegrityError를 잡아 409로 답하세요.",
    },
)
def conflicts_are_told(world: World, team: Team) -> Text:
    """What conflicts with something that is there is answered with a conflict.

    이미 있는 것과 부딪치는 요청에는 충돌이라고 답한다.
    """
    resource = _main(team)
    call: Call = _part(team, "conflict")
    made = world.make(team.main)
    by = world.account(resource.by)
    reply = world.request(call, {**by.variables, **made.variables}, by)
    expect(reply, call.expect)
    return Text(describe(reply)[:160], describe(reply)[:160])
