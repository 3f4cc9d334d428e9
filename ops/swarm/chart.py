"""The timeline of a record, to be shown to a room: replicas, requests, latency and nodes, with break and recovery marked. SVG and PNG."""

import math
from collections.abc import Callable
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Protocol

from PIL import Image, ImageDraw, ImageFont

from grading.text import Text, joined
from ops.swarm.watch import Mark, Record, Row

# 16 to 9, as projectors are. The PNG has twice as many pixels.
WIDTH, LEFT, RIGHT = 960, 92, 18
SIZE, TITLE = 14, 22
TOP, PANEL, GAP, BAND = 142, 84, 30, 20
# A character is about so wide, as part of the font's size: enough to keep texts apart.
CHARACTER = 0.56

# What is drawn, by its part; no part is told from another by colour alone.
LIGHT = {
    "paper": "#ffffff", "ink": "#1d2329", "soft": "#5b6670", "grid": "#dcdcd6", "outage": "#fdf0ee", "line": "#1f5f8b",
    "good": "#8db7d6", "retried": "#1f5f8b", "bad": "#c0301c", "ready": "#a9d6b9", "leader": "#1d7a46", "down": "#c0301c",
    "drain": "#d9a227", "unknown": "#b9b9b4", "break": "#c0301c", "recovered": "#1d7a46", "on-leader": "#ffffff", "on-down": "#ffffff",
}  # fmt: skip
DARK = {
    "paper": "#14181c", "ink": "#e6e8e6", "soft": "#9ca7b0", "grid": "#323b44", "outage": "#2a1c1b", "line": "#7db8e2",
    "good": "#3a5c76", "retried": "#7db8e2", "bad": "#ff8a75", "ready": "#2c5a40", "leader": "#6fcf97", "down": "#ff8a75",
    "drain": "#e7bf5a", "unknown": "#5b6670", "break": "#ff8a75", "recovered": "#6fcf97", "on-leader": "#10241a", "on-down": "#35110b",
}  # fmt: skip
NODE_WORDS = {
    "ready": Text("ready", "준비됨"),
    "leader": Text("leader", "리더"),
    "down": Text("down", "다운"),
    "drain": Text("drained", "비움"),
    "unknown": Text("unknown", "알 수 없음"),
}
ON = {"leader": "on-leader", "down": "on-down"}


class Pen(Protocol):
    """What a chart is drawn with; `part` is one of the names above."""

    def box(self, x: float, y: float, width: float, height: float, part: str) -> None: ...
    def line(self, points: list[tuple[float, float]], part: str, wide: float = 2) -> None: ...
    def text(self, x: float, y: float, said: Text, part: str = "ink", anchor: str = "l", size: int = SIZE) -> None: ...


def draw(record: Record, title: Text, pen: Pen) -> None:
    """Title and figures, then four panels over one axis of seconds."""
    _Drawing(record, pen).all(title)


class _Drawing:
    def __init__(self, record: Record, pen: Pen) -> None:
        self.record, self.rows, self.pen = record, record.rows, pen
        self.names: list[tuple[float, Text]] = []
        self.last = max(1, self.rows[-1].second if self.rows else 1)
        self.scale = (WIDTH - LEFT - RIGHT) / (self.last + 1)

    def x(self, second: float) -> float:
        return LEFT + second * self.scale

    def all(self, title: Text) -> None:
        bottom = _height(self.record)
        self.pen.text(LEFT, 14, title, size=TITLE)
        self.pen.text(LEFT, 44, figures(self.record), "soft")
        end = bottom - 50
        self._outage(end)
        top = float(TOP)
        for panel in (self._replicas, self._requests, self._latency):
            panel(top)
            top += PANEL + GAP
        self._nodes(top)
        self._marks(end)
        self._names()
        self._axis(end)
        self._legend(bottom - 24)

    def frame(self, top: float, name: Text, ticks: list[tuple[float, str]]) -> None:
        """Lines at parts (0 to 1) of the height, with what they stand for."""
        self.names.append((top, name))
        for part, said in ticks:
            y = top + PANEL * (1 - part)
            self.pen.line([(LEFT, y), (WIDTH - RIGHT, y)], "grid", 1)
            self.pen.text(LEFT - 8, y - SIZE / 2 - 2, _same(said), "soft", "r")

    def _names(self) -> None:
        """What each panel shows, above it; the lines of marks pass behind the words."""
        for top, said in self.names:
            wide = max(_width(said, SIZE), _width(said.ko, SIZE, korean=True))
            self.pen.box(LEFT, top - 22, wide, SIZE + 6, "paper")
            self.pen.text(LEFT, top - 20, said, "soft")

    def _outage(self, end: float) -> None:
        broken, recovered = self.record.at("break"), self.record.at("recovered")
        if broken is not None:
            until = self.last + 1 if recovered is None else recovered
            self.pen.box(self.x(broken), TOP - 26, self.x(until) - self.x(broken), end - TOP + 26, "outage")

    def _replicas(self, top: float) -> None:
        most = max([one.wanted or 0 for one in self.rows] + [one.replicas or 0 for one in self.rows] + [1])
        self.frame(top, Text("healthy replicas of the API", "API의 정상 복제본"), [(0, "0"), (1, f"{most}")])
        for run in _runs(self.rows, lambda one: one.replicas is not None):
            heights = [(one.second, top + PANEL * (1 - (one.replicas or 0) / most)) for one in run]
            self.pen.line([(self.x(at), y) for second, y in heights for at in (second, second + 1)], "line", 3)

    def _requests(self, top: float) -> None:
        most = max([one.good + one.failed for one in self.rows] + [1])
        self.frame(top, Text("reads in each second", "초당 읽기 요청"), [(0, "0"), (1, f"{most}")])
        for one in self.rows:
            base = top + PANEL
            for count, part in ((one.good - one.retried, "good"), (one.retried, "retried"), (one.failed, "bad")):
                high = PANEL * count / most
                base -= high
                self.pen.box(self.x(one.second), base, max(self.scale - 1, 1), high, part)

    def _latency(self, top: float) -> None:
        """By powers of ten, as a second and ten milliseconds both matter."""
        decades = max(2, math.ceil(math.log10(max([one.slowest for one in self.rows] + [1.0]))))
        ticks = [(power / decades, _milliseconds(10**power)) for power in range(decades + 1)]
        self.frame(top, Text("answered after: slowest and median", "응답 시간: 가장 느린 것과 중앙값"), ticks)
        for run in _runs(self.rows, lambda one: one.slowest > 0):
            for wide, values in ((3.0, [one.slowest for one in run]), (1.5, [one.p50 for one in run])):
                heights = [top + PANEL * (1 - math.log10(max(value, 1)) / decades) for value in values]
                # A second alone is a dash, not a point that nobody sees.
                ends = [self.x(run[0].second), *(self.x(one.second + 0.5) for one in run), self.x(run[-1].second + 1)]
                self.pen.line(list(zip(ends, [heights[0], *heights, heights[-1]], strict=True)), "line", wide)

    def _nodes(self, top: float) -> None:
        self.names.append((top, Text("what the managers think of each node", "매니저가 보는 노드 상태")))
        for number, name in enumerate(_names(self.record)):
            y = top + number * (BAND + 4)
            self.pen.text(LEFT - 8, y + 1, _same(name), anchor="r")
            # Until they were asked for the first time there is nothing to show.
            began = next(index for index, one in enumerate(self.rows) if name in one.nodes)
            for index, one in list(enumerate(self.rows))[began:]:
                state = _state(one.nodes.get(name, ""))
                following = self.rows[index + 1] if index + 1 < len(self.rows) else None
                if following and _state(following.nodes.get(name, "")) == state:
                    continue
                self._span(y, self.rows[began].second, one.second + 1, state)
                began = index + 1

    def _span(self, y: float, begin: float, end: float, state: str) -> None:
        self.pen.box(self.x(begin), y, self.x(end) - self.x(begin), BAND, state)
        word = NODE_WORDS[state]
        if _width(word, SIZE) + 12 < self.x(end) - self.x(begin):
            self.pen.text(self.x(begin) + 6, y + 1, word, ON.get(state, "ink"))

    def _marks(self, end: float) -> None:
        """A line each, and its words where they cover no other's."""
        taken: list[list[tuple[float, float]]] = [[], [], []]
        for mark in self.record.marks:
            part = mark.kind if mark.kind in ("break", "recovered") else "soft"
            x = self.x(mark.second)
            self.pen.line([(x, TOP - 28), (x, end)], part)
            said = _said(mark)
            wide = max(_width(said, SIZE), _width(said.ko, SIZE, korean=True))
            late = x + wide > WIDTH - RIGHT
            span = (x - wide, x) if late else (x, x + wide)
            row = next((n for n, spans in enumerate(taken) if all(span[1] < a or b < span[0] for a, b in spans)), None)
            if row is not None:
                taken[row].append(span)
                self.pen.text(x + (-2 if late else 2), TOP - 46 - 18 * row, said, part, "r" if late else "l")

    def _axis(self, end: float) -> None:
        every = next(step for step in (5, 10, 20, 30, 60, 120, 300, 600) if self.last / step < 13 or step == 600)
        for second in range(0, self.last + 1, every):
            self.pen.text(self.x(second), end + 2, _same(f"{second} s"), "soft", "m" if second else "l")

    def _legend(self, y: float) -> None:
        x = float(LEFT)
        for part, said in (
            ("good", Text("answered", "응답")),
            ("retried", Text("answered by a second address", "다른 주소에서 응답")),
            ("bad", Text("failed", "실패")),
        ):
            self.pen.box(x, y + 3, 12, 12, part)
            self.pen.text(x + 18, y, said, "soft")
            x += 18 + max(_width(said, SIZE), _width(said.ko, SIZE, korean=True)) + 26


def figures(record: Record) -> Text:
    """The numbers in a line, as under the title."""
    parts: list[Text] = []
    broken, recovered = record.at("break"), record.at("recovered")
    if broken is not None and recovered is not None:
        seconds = recovered - broken
        parts.append(Text(f"whole again after {seconds:.0f} s", f"{seconds:.0f}초 만에 회복"))
    elif broken is not None:
        parts.append(Text("not whole again", "회복되지 않음"))
    if totals := record.totals:
        parts.append(
            Text(f"{totals.reads} reads, {totals.failed} failed", f"읽기 {totals.reads}건, 실패 {totals.failed}건")
        )
        # A team may have no list in which its writes could be counted.
        lost, doubled = totals.lost, totals.doubled
        counted = "" if lost is None else f", {lost} lost, {doubled} doubled"
        counted_ko = "" if lost is None else f", 유실 {lost}건, 중복 {doubled}건"
        parts.append(Text(f"{totals.writes} writes{counted}", f"쓰기 {totals.writes}건{counted_ko}"))
    return joined(list(parts), "  ·  ")


def spoken(record: Record, title: Text) -> Text:
    """All of it for who cannot see it: the marks in their order, and the figures."""
    states: dict[str, list[str]] = {}
    for row in record.rows:
        for name, state in row.nodes.items():
            if (seen := states.setdefault(name, [])) == [] or seen[-1] != state:
                seen.append(state)
    counts = [row.replicas for row in record.rows if row.replicas is not None] or [0]
    marks, marks_ko = (
        ", ".join(part) for part in ([_said(one) for one in record.marks], [_said(one).ko for one in record.marks])
    )
    nodes = "; ".join(f"{name} {', '.join(seen)}" for name, seen in sorted(states.items()))
    nodes_ko = "; ".join(
        f"{name} {', '.join(NODE_WORDS[_state(one)].ko for one in seen)}" for name, seen in sorted(states.items())
    )
    said = figures(record)
    return Text(
        f"{title}. {marks}. Healthy replicas: {counts[0]} at first, {min(counts)} to {max(counts)}, {counts[-1]} at the end. "
        f"Nodes: {nodes}. {said}.",
        f"{title.ko}. {marks_ko}. 정상 복제본: 처음 {counts[0]}개, 최소 {min(counts)}개, 최대 {max(counts)}개, 끝 {counts[-1]}개. "
        f"노드: {nodes_ko}. {said.ko}.",
    )


def _names(record: Record) -> list[str]:
    return sorted({name for one in record.rows for name in one.nodes})


def _state(said: str) -> str:
    return said if said in NODE_WORDS else "unknown"


def _said(mark: Mark) -> Text:
    return Text(f"{mark.second:.0f} s {mark.en}", f"{mark.second:.0f}초 {mark.ko}")


def _runs(rows: list[Row], known: Callable[[Row], bool]) -> list[list[Row]]:
    """The rows of which something is known, parted where it is not: no line is drawn over what nobody saw."""
    return [list(run) for is_known, run in groupby(rows, known) if is_known]


def _same(said: str) -> Text:
    return Text(said, said)


def _milliseconds(value: int) -> str:
    return f"{value // 1000} s" if value >= 1000 else f"{value} ms"


def _width(said: str, size: int, korean: bool = False) -> float:
    return len(said) * size * (0.8 if korean else CHARACTER)


def _height(record: Record) -> int:
    return TOP + 3 * (PANEL + GAP) + max(3, len(_names(record))) * (BAND + 4) + 52


class _Svg:
    """Texts are there in both languages; the page that shows it hides one of them."""

    def __init__(self) -> None:
        self.parts: list[str] = []

    def box(self, x: float, y: float, width: float, height: float, part: str) -> None:
        if height > 0:
            self.parts.append(
                f'<rect class="{part}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>'
            )

    def line(self, points: list[tuple[float, float]], part: str, wide: float = 2) -> None:
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.parts.append(f'<polyline class="{part}" points="{path}" stroke-width="{wide:g}"/>')

    def text(self, x: float, y: float, said: Text, part: str = "ink", anchor: str = "l", size: int = SIZE) -> None:
        where = {"l": "start", "m": "middle", "r": "end"}[anchor]
        inside = "".join(f'<tspan lang="{one}">{escape(said.within(one))}</tspan>' for one in ("en", "ko"))
        if said == said.ko:
            inside = escape(said)
        self.parts.append(
            f'<text class="{part}" x="{x:.1f}" y="{y + size * 0.95:.1f}" text-anchor="{where}" font-size="{size}">{inside}</text>'
        )


class _Png:
    """In English: the font that Pillow brings has no Hangul."""

    FACTOR = 2

    def __init__(self, height: int, palette: dict[str, str]) -> None:
        self.palette = palette
        self.image = Image.new("RGB", (WIDTH * self.FACTOR, height * self.FACTOR), palette["paper"])
        self.pen = ImageDraw.Draw(self.image)
        self.fonts = {size: ImageFont.load_default(size=size * self.FACTOR) for size in (SIZE, TITLE)}

    def box(self, x: float, y: float, width: float, height: float, part: str) -> None:
        if height > 0:
            f = self.FACTOR
            left, top = x * f, y * f
            # One request in a second of hundreds is seen, too: no box is thinner than a pixel.
            right, bottom = max(left, (x + width) * f - 1), max(top, (y + height) * f - 1)
            self.pen.rectangle((left, top, right, bottom), fill=self.palette[part])

    def line(self, points: list[tuple[float, float]], part: str, wide: float = 2) -> None:
        if len(points) > 1:
            f = self.FACTOR
            whole = [(x * f, y * f) for x, y in points]
            self.pen.line(whole, fill=self.palette[part], width=round(wide * f), joint="curve")

    def text(self, x: float, y: float, said: Text, part: str = "ink", anchor: str = "l", size: int = SIZE) -> None:
        where = (x * self.FACTOR, y * self.FACTOR)
        self.pen.text(where, str.__str__(said), fill=self.palette[part], font=self.fonts[size], anchor=f"{anchor}a")


def css() -> str:
    """What the chart's parts look like, by day and by night."""
    return "\n".join(
        [
            _rules(LIGHT),
            f"@media (prefers-color-scheme: dark) {{ {_rules(DARK)} }}",
            f"@media print {{ {_rules(LIGHT)} }}",
            ".timeline polyline { stroke-linejoin: round; } .timeline { width: 100%; height: auto; }",
        ]
    )


def _rules(palette: dict[str, str]) -> str:
    return " ".join(
        f".timeline .{part} {{ fill: {colour}; }} .timeline polyline.{part} {{ fill: none; stroke: {colour}; }}"
        for part, colour in palette.items()
    )


def svg(record: Record, title: Text) -> str:
    """The chart for a page that has `css` and hides one of two languages."""
    pen = _Svg()
    draw(record, title, pen)
    label = escape(spoken(record, title))
    view = f"0 0 {WIDTH} {_height(record)}"
    return f'<svg class="timeline" viewBox="{view}" role="img" aria-label="{label}">{"".join(pen.parts)}</svg>'


def save(record: Record, title: Text, file: Path) -> None:
    """The chart as PNG for a light and (`NAME-dark.png`) for a dark room, and as SVG, which follows the reader."""
    file.parent.mkdir(parents=True, exist_ok=True)
    for palette, name in ((LIGHT, file.name), (DARK, f"{file.stem}-dark{file.suffix}")):
        pen = _Png(_height(record), palette)
        draw(record, title, pen)
        pen.image.save(file.with_name(name))
    style = f'<style>{css()} [lang="ko"] {{ display: none; }} text {{ font-family: sans-serif; }}</style>'
    paper = f'<rect class="paper" width="{WIDTH}" height="{_height(record)}"/>'
    alone = svg(record, title).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    head, _, rest = alone.partition(">")
    file.with_suffix(".svg").write_text(f"{head}>{style}{paper}{rest}", encoding="utf-8")
