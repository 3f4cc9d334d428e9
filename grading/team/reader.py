"""Reads team.yaml strictly: what it does not know it refuses, with the line and the nearest valid name."""

from __future__ import annotations

import dataclasses
import difflib
import re
import types
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import yaml

from grading.team.model import Call, Team
from grading.text import Text

MOST_BYTES = 256 * 1024
MOST_DEPTH = 30
REQUEST = re.compile(r"(GET|POST|PUT|PATCH|DELETE) /\S*")


class BadTeam(Exception):
    """team.yaml cannot be used; says file, line and what to change."""

    def __init__(self, file: Path, line: int, en: str, ko: str) -> None:
        self.text = Text(f"{file}:{line}: {en}", f"{file}:{line}: {ko}")
        super().__init__(self.text)


def read(file: Path) -> Team:
    """The team that `file` describes. Raises BadTeam for anything unreadable, unknown, missing or of a wrong type."""
    try:
        raw = file.read_bytes()
    except OSError as problem:
        raise BadTeam(file, 1, f"cannot be read: {problem.strerror}", f"읽을 수 없습니다: {problem.strerror}") from None
    if len(raw) > MOST_BYTES:
        raise BadTeam(file, 1, f"is larger than {MOST_BYTES // 1024} KiB", f"{MOST_BYTES // 1024} KiB를 넘습니다")
    try:
        node = yaml.compose(raw.decode("utf-8"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError:
        raise BadTeam(file, 1, "is not UTF-8 text", "UTF-8 텍스트가 아닙니다") from None
    except RecursionError:
        raise BadTeam(file, 1, "is nested too deeply", "너무 깊이 중첩되어 있습니다") from None
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        what = getattr(problem, "problem", None) or "unreadable"
        line = mark.line + 1 if mark else 1
        raise BadTeam(file, line, f"is not valid YAML: {what}", f"올바른 YAML이 아닙니다: {what}") from None
    reader = _Reader(file)
    if node is None:
        raise BadTeam(file, 1, "is empty", "비어 있습니다")
    team: Team = reader.build(node, Team, "")
    reader.check_names(node, team)
    return team


class _Reader:
    def __init__(self, file: Path) -> None:
        self.file = file

    def bad(self, node: yaml.Node, en: str, ko: str) -> BadTeam:
        return BadTeam(self.file, node.start_mark.line + 1, en, ko)

    def build(self, node: yaml.Node, kind: Any, where: str, depth: int = 0) -> Any:
        if depth > MOST_DEPTH:
            raise self.bad(node, "is nested too deeply", "너무 깊이 중첩되어 있습니다")
        if dataclasses.is_dataclass(kind):
            return self.fields(node, kind, where, depth)
        origin, inner = get_origin(kind), get_args(kind)
        if origin in (Union, types.UnionType):
            if node.tag == "tag:yaml.org,2002:null":
                return None
            return self.build(node, next(one for one in inner if one is not type(None)), where, depth)
        if origin is Literal:
            return self.choice(node, [str(one) for one in inner], where)
        if origin is list:
            # `expect: 200` is as good as `expect: [200]`.
            nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
            return [self.build(one, inner[0], where, depth + 1) for one in nodes]
        if origin is dict:
            pairs = self.pairs(node, where)
            return {key.value: self.build(value, inner[1], f"{where}.{key.value}", depth + 1) for key, value in pairs}
        return self.plain(node, kind, where, depth)

    def pairs(self, node: yaml.Node, where: str) -> list[tuple[yaml.Node, yaml.Node]]:
        if not isinstance(node, yaml.MappingNode):
            raise self.bad(
                node, f"`{where or 'the file'}` must be a mapping", f"`{where or '파일'}`은(는) 매핑이어야 합니다"
            )
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self.bad(key, "a key must be a word", "키는 단어여야 합니다")
            if key.value in seen:
                raise self.bad(key, f"`{key.value}` is there twice", f"`{key.value}`이(가) 두 번 있습니다")
            seen.add(key.value)
        found: list[tuple[yaml.Node, yaml.Node]] = node.value
        return found

    def fields(self, node: yaml.Node, kind: Any, where: str, depth: int) -> Any:
        known = {one.name: one for one in dataclasses.fields(kind)}
        hints = get_type_hints(kind)
        found = {}
        # `GET /path` alone is a whole Call.
        if kind is Call and isinstance(node, yaml.ScalarNode):
            return Call(request=self.request(node))
        for key, value in self.pairs(node, where):
            if key.value not in known:
                raise self.unknown(key, list(known), f"in `{where}`" if where else "")
            inside = f"{where}.{key.value}" if where else key.value
            if key.value == "request" and hints["request"] is str:
                found["request"] = self.request(value)
            else:
                found[key.value] = self.build(value, hints[key.value], inside, depth + 1)
        for name, one in known.items():
            empty = one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING
            if empty and name not in found:
                place = f"`{where}`" if where else "the file"
                raise self.bad(node, f"{place} lacks `{name}`", f"`{where or '파일'}`에 `{name}`이(가) 없습니다")
        return kind(**found)

    def request(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode) or not REQUEST.fullmatch(node.value):
            text = node.value if isinstance(node, yaml.ScalarNode) else "..."
            raise self.bad(
                node,
                f"`{text}` is not a request; write a method and a path, as in `GET /api/things`",
                f"`{text}`은(는) 요청이 아닙니다. `GET /api/things`처럼 메서드와 경로를 쓰세요",
            )
        return str(node.value)

    def plain(self, node: yaml.Node, kind: Any, where: str, depth: int) -> Any:
        if kind is Any:
            return self.anything(node, depth)
        value = self.anything(node, depth)
        if kind is str and isinstance(value, int | float) and not isinstance(value, bool):
            value = node.value
        if type(value) is not kind:
            names = {
                str: ("text", "텍스트"),
                int: ("a whole number", "정수"),
                bool: ("true or false", "true 또는 false"),
            }
            en, ko = names.get(kind, (kind.__name__, kind.__name__))
            raise self.bad(
                node,
                f"`{where}` must be {en}, not {value!r}",
                f"`{where}`은(는) {value!r}이(가) 아니라 {ko}이어야 합니다",
            )
        return value

    def anything(self, node: yaml.Node, depth: int) -> Any:
        if depth > MOST_DEPTH:
            raise self.bad(node, "is nested too deeply", "너무 깊이 중첩되어 있습니다")
        if isinstance(node, yaml.MappingNode):
            return {key.value: self.anything(value, depth + 1) for key, value in self.pairs(node, "json")}
        if isinstance(node, yaml.SequenceNode):
            return [self.anything(one, depth + 1) for one in node.value]
        try:
            return yaml.SafeLoader("").construct_object(node)
        except yaml.YAMLError as problem:
            raise self.bad(node, f"cannot be read: {problem}", f"읽을 수 없습니다: {problem}") from None

    def choice(self, node: yaml.Node, allowed: list[str], where: str) -> str:
        value = node.value if isinstance(node, yaml.ScalarNode) else "..."
        if value in allowed:
            return str(value)
        raise self.unknown(node, allowed, f"for `{where}`")

    def unknown(self, node: yaml.Node, known: list[str], place: str) -> BadTeam:
        name = str(node.value)
        near = difflib.get_close_matches(name, known, 1, 0.5)
        if near:
            return self.bad(
                node, f"`{name}` is not known {place}; did you mean `{near[0]}`?".replace("  ", " ").replace(" ;", ";"),
                f"`{name}`은(는) 모르는 이름입니다. `{near[0]}`인가요?",
            )  # fmt: skip
        names = ", ".join(sorted(known))
        return self.bad(
            node, f"`{name}` is not known {place}; known are {names}".replace(" ;", ";"),
            f"`{name}`은(는) 모르는 이름입니다. 쓸 수 있는 이름: {names}",
        )  # fmt: skip

    def check_names(self, node: yaml.Node, team: Team) -> None:
        """Whatever refers to a resource must name one."""
        used = [team.main, team.realtime.needs, team.upload.needs, team.search.finds, team.cache.of]
        used += [row.needs for row in team.ownership.matrix] + [one.needs for one in team.resources.values()]
        used += [one.of for one in team.monitoring.business]
        used += [page.needs for page in (team.frontend.pages.values() if team.frontend else [])]
        for name in used:
            if name is not None and name not in team.resources:
                raise self.unknown(_find(node, name) or node, list(team.resources), "among `resources`")
        if team.frontend:
            pages = list(team.frontend.pages)
            for name in [*team.frontend.pictures, *team.frontend.measured]:
                if name not in pages:
                    raise self.unknown(_find(node, name) or node, pages, "among `frontend.pages`")


def _find(node: yaml.Node, text: str) -> yaml.Node | None:
    """The first scalar value that reads `text`."""
    if isinstance(node, yaml.ScalarNode):
        return node if node.value == text else None
    for child in node.value:
        for one in child[1:] if isinstance(child, tuple) else [child]:
            found = _find(one, text)
            if found:
                return found
    return None
