"""The timeline of a record: replicas, requests, latency and nodes, with the break and the recovery marked. SVG and PNG."""

from html import escape
from pathlib import Path
from typing import Protocol

from PIL import Image, ImageDraw, ImageFont

from grading.text import Text
from ops.swarm.watch import Record

WIDTH, LEFT, RIGHT, TOP = 760, 60, 14, 34
PANEL, GAP, BAND = 74, 26, 14
INK, SOFT, GOOD, BAD, LINE = "#1f2937", "#6b7280", "#7aa7e0", "#c62828", "#2563eb"
NODE = {
    "ready": "#9ccc9c",
    "leader": "#4f9d69",
    "down": "#c62828",
    "drain": "#e0a94a",
    "unknown": "#bdbdbd",
    "": "#e5e7eb",
}
MARK = {"break": "#c62828", "recovered": "#2e7d32"}


class Pen(Protocol):
    """What a chart is drawn with."""

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None: ...
    def line(self, points: list[tuple[float, float]], colour: str) -> None: ...
    def text(self, x: float, y: float, said: str, colour: str = INK, end: bool = False) -> None: ...


def draw(record: Record, pen: Pen) -> None:
    """Four panels over one axis of seconds."""
    rows = record.rows
    last = max(1, rows[-1].second if rows else 1)
    scale = (WIDTH - LEFT - RIGHT) / (last + 1)

    def x(second: float) -> float:
        return LEFT + second * scale

    top = float(TOP)
    most = max([one.wanted or 0 for one in rows] + [one.replicas or 0 for one in rows] + [1])
    _frame(pen, top, "replicas", f"{most}")
    steps = [(x(one.second), top + PANEL * (1 - one.replicas / most)) for one in rows if one.replicas is not None]
    pen.line(steps, LINE)

    top += PANEL + GAP
    most = max([one.good + one.failed for one in rows] + [1])
    _frame(pen, top, "requests/s", f"{most}")
    for one in rows:
        good, bad = PANEL * one.good / most, PANEL * one.failed / most
        pen.box(x(one.second), top + PANEL - good, max(scale - 1, 1), good, GOOD)
        pen.box(x(one.second), top + PANEL - good - bad, max(scale - 1, 1), bad, BAD)

    top += PANEL + GAP
    slowest = max([one.slowest for one in rows] + [1.0])
    _frame(pen, top, "slowest ms", f"{slowest:.0f}")
    pen.line([(x(one.second), top + PANEL * (1 - one.slowest / slowest)) for one in rows], SOFT)

    top += PANEL + GAP
    names = sorted({name for one in rows for name in one.nodes})
    for number, name in enumerate(names):
        y = top + number * (BAND + 3)
        pen.text(LEFT - 8, y + 1, name, end=True)
        for one in rows:
            pen.box(x(one.second), y, scale + 0.5, BAND, NODE.get(one.nodes.get(name, ""), NODE["unknown"]))
    bottom = top + len(names) * (BAND + 3)

    for mark in record.marks:
        colour = MARK.get(mark.kind, SOFT)
        pen.line([(x(mark.second), TOP - 6), (x(mark.second), bottom)], colour)
        late = x(mark.second) > WIDTH * 0.6
        high = 2 if mark.kind == "break" else 14
        pen.text(x(mark.second) + (-4 if late else 4), high, f"{mark.second:.0f} s {mark.en}", colour, end=late)
    for second in range(0, last + 1, 10 if last < 90 else 30):
        pen.text(x(second), bottom + 4, f"{second} s", SOFT)


def _frame(pen: Pen, top: float, name: str, most: str) -> None:
    pen.text(LEFT, top - 15, name, SOFT)
    pen.text(LEFT - 8, top - 5, most, SOFT, end=True)
    pen.text(LEFT - 8, top + PANEL - 9, "0", SOFT, end=True)
    pen.line([(LEFT, top + PANEL), (WIDTH - RIGHT, top + PANEL)], SOFT)


def height(record: Record) -> int:
    """Pixels that the chart needs."""
    names = {name for one in record.rows for name in one.nodes}
    return TOP + 3 * (PANEL + GAP) + len(names) * (BAND + 3) + 24


class _Svg:
    def __init__(self) -> None:
        self.parts: list[str] = []

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        if height > 0:
            self.parts.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'
            )

    def line(self, points: list[tuple[float, float]], colour: str) -> None:
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>')

    def text(self, x: float, y: float, said: str, colour: str = INK, end: bool = False) -> None:
        anchor = "end" if end else "start"
        self.parts.append(
            f'<text x="{x:.1f}" y="{y + 9:.1f}" text-anchor="{anchor}" fill="{colour}" font-size="11">{escape(said)}</text>'
        )


class _Png:
    """Twice the size, so that it is sharp on a projector."""

    FACTOR = 2

    def __init__(self, height: int) -> None:
        self.image = Image.new("RGB", (WIDTH * self.FACTOR, height * self.FACTOR), "white")
        self.pen = ImageDraw.Draw(self.image)
        self.font = ImageFont.load_default(size=11 * self.FACTOR)

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        if height > 0:
            f = self.FACTOR
            self.pen.rectangle((x * f, y * f, (x + width) * f, (y + height) * f), fill=colour)

    def line(self, points: list[tuple[float, float]], colour: str) -> None:
        if len(points) > 1:
            self.pen.line([(x * self.FACTOR, y * self.FACTOR) for x, y in points], fill=colour, width=3)

    def text(self, x: float, y: float, said: str, colour: str = INK, end: bool = False) -> None:
        anchor = "ra" if end else "la"
        self.pen.text((x * self.FACTOR, y * self.FACTOR), said, fill=colour, font=self.font, anchor=anchor)


def svg(record: Record, title: Text) -> str:
    """The chart for an HTML page."""
    pen = _Svg()
    draw(record, pen)
    label = escape(f"{title}: {len(record.rows)} s")
    return f'<svg class="chart" viewBox="0 0 {WIDTH} {height(record)}" role="img" aria-label="{label}">{"".join(pen.parts)}</svg>'


def save(record: Record, title: Text, file: Path) -> None:
    """The chart as PNG, and beside it as SVG."""
    file.parent.mkdir(parents=True, exist_ok=True)
    pen = _Png(height(record))
    draw(record, pen)
    pen.image.save(file)
    file.with_suffix(".svg").write_text(
        svg(record, title).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1), encoding="utf-8"
    )
