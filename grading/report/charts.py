"""Bar charts as inline SVG: sizes, latencies and memory, each against its line."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from grading.supervisor import TeamReport
from grading.text import Text

WIDTH, LABEL, ROW, BAR = 760, 280, 26, 14
ROOM = WIDTH - LABEL - 90


@dataclass(frozen=True)
class Bar:
    label: str
    # One value, or two drawn over each other: the darker one in front (p50 before p95).
    values: tuple[float, ...]
    unit: str


@dataclass(frozen=True)
class Chart:
    title: Text
    caption: Text
    svg: str


def charts(report: TeamReport) -> list[Chart]:
    """The charts for which something was measured."""
    found = []
    for kind, title, caption, unit, limit, keys in (
        ("image", Text("Image sizes", "이미지 크기"), Text("MB, uncompressed; the line is 100 MB", "MB, 압축하지 않은 크기. 선은 100 MB"), "MB", 100.0, ("megabytes",)),
        ("latency", Text("Response times", "응답 시간"), Text("ms; dark p50, light p95; the line is 200 ms", "ms. 진한 색은 p50, 옅은 색은 p95. 선은 200 ms"), "ms", 200.0, ("p50", "p95")),
        ("memory", Text("Memory under load", "부하 중 메모리"), Text("MB, the highest; the line is 512 MB", "MB, 최댓값. 선은 512 MB"), "MB", 512.0, ("megabytes",)),
    ):  # fmt: skip
        rows = report.measured.get(kind) or {}
        bars = [Bar(name, tuple(values.get(key, 0.0) for key in keys), unit) for name, values in rows.items()]
        if kind != "latency":
            bars.sort(key=lambda one: -one.values[-1])
        if bars:
            found.append(Chart(title, caption, draw(bars, limit, title)))
    return found


def draw(bars: list[Bar], limit: float, title: Text) -> str:
    """The chart; it is read aloud as its title and the values."""
    height = ROW * len(bars) + 24
    most = max(limit * 1.08, *(max(bar.values) for bar in bars))
    scale = ROOM / most
    spoken = ", ".join(f"{bar.label} {bar.values[-1]:g} {bar.unit}" for bar in bars)
    parts = [
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(f"{title}: {spoken}")}">',
    ]
    x = LABEL + limit * scale
    bottom = height - 18
    parts.append(f'<line class="limit" x1="{x:.1f}" y1="0" x2="{x:.1f}" y2="{bottom}"/>')
    for number, bar in enumerate(bars):
        top = number * ROW + 4
        middle = top + BAR / 2 + 4
        parts.append(
            f'<text class="name" x="{LABEL - 10}" y="{middle}" text-anchor="end">{escape(shorten(bar.label))}</text>'
        )
        for index, value in enumerate(sorted(bar.values, reverse=True)):
            shade = "over" if bar.values[-1] > limit else "bar"
            front = " front" if index == len(bar.values) - 1 else ""
            parts.append(
                f'<rect class="{shade}{front}" x="{LABEL}" y="{top}" width="{max(value * scale, 1):.1f}" height="{BAR}" rx="2"/>'
            )
        said = " / ".join(f"{value:g}" for value in bar.values)
        parts.append(f'<text class="value" x="{LABEL + max(bar.values) * scale + 6:.1f}" y="{middle}">{said}</text>')
    parts.append(
        f'<text class="limit" x="{x:.1f}" y="{height - 5}" text-anchor="middle">{limit:.0f} {bars[0].unit}</text></svg>'
    )
    return "".join(parts)


def shorten(label: str, most: int = 40) -> str:
    return label if len(label) <= most else f"{label[: most - 1]}…"
