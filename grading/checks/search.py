"""F5: finding things again."""

from __future__ import annotations

from typing import Any

from grading.check import NotChecked, check
from grading.edge import describe, expect, json_of
from grading.stack import eventually
from grading.team import Call, Team
from grading.templates import fill_path, look
from grading.text import Text
from grading.world import Made, World, unique

HOSTILE = (
    "'; DROP TABLE users; --", '"unbalanced', "a & | ! ( b:*", "%_\\", "<script>", "가" * 3000, "\x00nul", ":*", "   ", "!!!",
    "' or '1'='1",
)  # fmt: skip


class Search:
    def __init__(self, world: World) -> None:
        self.world, self.search = world, world.team.search

    def make(self, title: str, body: str) -> Made:
        """A thing with these words in it."""
        values: dict[str, Any] = {self.search.title: title, self.search.body: body}
        return self.world.make(self.search.finds, **values)

    def ids(self, query: str) -> list[Any]:
        """Ids of what is found, the best first."""
        reply = self.world.call(Call(self.search.request, expect=[200]), {"query": query}, self.world.owner)
        return [look(one, self.search.id) for one in look(reply, self.search.items)]

    def finds(self, query: str, made: Made) -> bool:
        return eventually(lambda: made.id in self.ids(query), 3)


@check(
    "F5.1",
    points=1,
    why={
        "en": "Korean words are two syllables and carry particles; an index made for English finds none of them.",
        "ko": "한국어 낱말은 두 음절이 많고 조사가 붙습니다. 영어용 색인으로는 하나도 찾지 못합니다.",
    },
    hint={
        "en": "A generated tsvector of Hangul bigrams plus English stems and one GIN index; see shared/python/teamkit/search.",
        "ko": "한글 바이그램과 영어 어간으로 만든 tsvector 생성 열과 GIN 색인 하나. shared/python/teamkit/search를 보세요.",
    },
)
def words_are_found(world: World) -> Text:
    """English and Korean words are found, also inflected and in one query together.

    영어와 한국어 낱말을 찾는다. 활용형이거나 함께 섞여 있어도 찾는다.
    """
    search, word = Search(world), unique()
    made = search.make(f"Sailing {word} 항해", "바다에서 도커를 배우는 사람들이 containers를 운반했습니다.")
    other = search.make(f"Gardening {unique()}", "정원에서 꽃을 심었습니다.")
    for query in ("항해", "도커", "sailing", "container", f"도커 {word}", f"{word} 항해 containers"):
        assert search.finds(query, made), Text(f"{query!r} does not find it", f"{query!r}(으)로 찾지 못함")
        assert other.id not in search.ids(query), Text(
            f"{query!r} finds what lacks it", f"{query!r}(으)로 엉뚱한 것을 찾음"
        )
    return Text("6 queries", "검색어 6개")


@check(
    "F5.2",
    points=0.5,
    why={
        "en": "A search box is an open door: people paste code into it, and attackers paste SQL.",
        "ko": "검색창은 열린 문입니다. 사람들은 코드를, 공격자는 SQL을 붙여 넣습니다.",
    },
    hint={
        "en": "Bind the text as a parameter of websearch_to_tsquery or plainto_tsquery, limit its length, strip NUL.",
        "ko": "검색어를 websearch_to_tsquery나 plainto_tsquery의 매개변수로 넘기고, 길이를 제한하고 NUL을 지우세요.",
    },
)
def hostile_queries_do_no_harm(world: World) -> Text:
    """No match is an empty list, and hostile text is only text.

    맞는 것이 없으면 빈 목록이고, 악의적인 글자도 글자일 뿐이다.
    """
    search = Search(world)
    assert search.ids(f"nothing{unique()}") == [], Text("a word that is nowhere is found", "없는 낱말이 검색됨")
    call = Call(search.search.request)
    for text in HOSTILE:
        reply = world.edge.send("GET", fill_path(call.path, {"query": text}), headers=world.owner.headers)
        assert reply.status_code < 500, Text(
            f"{text[:20]!r}: {describe(reply)[-200:]}", f"{text[:20]!r}: {describe(reply)[-200:]}"
        )
        if reply.status_code == 200:
            found = len(look(json_of(reply), search.search.items))
            assert not (found and text.startswith("' or")), Text(
                "an injected condition finds all", "주입된 조건으로 모두 검색됨"
            )
    expect(world.edge.send("GET", "/api/health"), [200])
    return Text(f"{len(HOSTILE)} hostile texts", f"악의적인 글 {len(HOSTILE)}개")


@check(
    "F5.3",
    points=1,
    why={
        "en": "A search that shows what was deleted shows what somebody wanted gone.",
        "ko": "지운 것을 보여 주는 검색은 누군가 없애고 싶어 한 것을 보여 줍니다.",
    },
    hint={
        "en": "Search the table itself (a generated column), not a copy that has to be kept up to date.",
        "ko": "따로 갱신해야 하는 사본이 아니라 테이블 자체(생성 열)를 검색하세요.",
    },
)
def deleted_things_are_not_found(world: World, team: Team) -> None:
    """What was deleted is not found, and what was changed is found by its new words only.

    지운 것은 검색되지 않고, 고친 것은 새 낱말로만 검색된다.
    """
    search, word, new = Search(world), f"old{unique()}", f"new{unique()}"
    resource = team.resources[team.search.finds]
    if not resource.delete:
        raise NotChecked(Text("team.yaml: the resource has no `delete`", "team.yaml: 리소스에 `delete`가 없음"))
    made = search.make(f"Title {unique()}", f"Body {word}")
    assert search.finds(word, made), Text(f"{word} does not find it", f"{word}(으)로 찾지 못함")
    by = world.account(resource.by)
    if resource.update and resource.changes == search.search.body:
        world.call(resource.update, {**made.variables, search.search.body: f"Body {new}"}, by)
        assert search.finds(new, made), Text("a changed word does not find it", "바뀐 낱말로 찾지 못함")
        assert not search.ids(word), Text("the old word still finds it", "옛 낱말로 여전히 검색됨")
    else:
        new = word
    world.call(resource.delete, made.variables, by)
    gone = eventually(lambda: not search.ids(new), 3)
    assert gone, Text("still found after it was deleted", "지운 뒤에도 검색됨")
