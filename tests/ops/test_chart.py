"""The chart shows what was seen, by day and by night, in both languages and in words."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from grading.text import Text
from ops.swarm import chart
from ops.swarm.traffic import Totals
from ops.swarm.watch import Mark, Record, Row

TITLE = Text("Kill a node", "노드 죽이기")
TOTALS = Totals(
    reads=760, failed=12, retried=20, slowest=90.0, writes=38, unanswered=0, refused=0, lost=0, doubled=0, uncounted=False, unsaved=0, missed=0, reconnects=2
)  # fmt: skip


def row(second: int, **changes: object) -> Row:
    calm = Row(second, 3, 3, 38, 0, 0, 2, 9.0, 30.0, {"n1": "leader", "n2": "ready"})
    return replace(calm, **changes)  # type: ignore[arg-type]


@pytest.fixture
def record() -> Record:
    """Twenty seconds: broken in the fifth, two seconds in which reads failed, whole again in the fifteenth."""
    rows = [row(second) for second in range(20)]
    for second in (5, 6):
        rows[second] = row(second, good=32, failed=6, replicas=2, nodes={"n1": "leader", "n2": "down"})
    marks = [Mark(5.0, "break", "n2 is killed", "n2를 죽임"), Mark(15.2, "recovered", "whole again", "회복")]
    return Record(rows, marks, TOTALS)


def colours(file: Path) -> set[str]:
    with Image.open(file) as image:
        counted = image.getcolors(1_000_000) or []
    return {"#" + "".join(f"{part:02x}" for part in colour) for _, colour in counted}  # type: ignore[union-attr]


@pytest.mark.parametrize(("name", "palette"), [("c.png", chart.LIGHT), ("c-dark.png", chart.DARK)])
def test_failed_reads_and_a_dead_node_are_seen_by_day_and_by_night(
    name: str, palette: dict[str, str], record: Record, tmp_path: Path
):
    chart.save(record, TITLE, tmp_path / "c.png")

    found = colours(tmp_path / name)

    assert {palette[part] for part in ("paper", "bad", "good", "down", "leader", "outage")} <= found


def test_where_nothing_failed_nothing_is_drawn_as_failed(record: Record):
    well = replace(record, rows=[row(second) for second in range(20)])

    failed = re.compile(r'<rect class="bad" x="[\d.]+" y="[\d.]+" width="[\d.]+" height="(?!12)')

    assert failed.search(chart.svg(record, TITLE))
    assert not failed.search(chart.svg(well, TITLE))


def test_the_svg_stands_alone_and_holds_both_languages(record: Record, tmp_path: Path):
    chart.save(record, TITLE, tmp_path / "c.png")

    root = ElementTree.parse(tmp_path / "c.svg").getroot()

    spoken = {(one.get("lang"), one.text) for one in root.iter("{http://www.w3.org/2000/svg}tspan")}
    assert {("en", "15 s whole again"), ("ko", "15초 회복"), ("ko", "노드 죽이기")} <= spoken
    assert "prefers-color-scheme: dark" in (tmp_path / "c.svg").read_text(encoding="utf-8")


def test_all_of_it_is_said_in_words(record: Record):
    said = chart.spoken(record, TITLE)

    assert "Healthy replicas: 3 at first, 2 to 3, 3 at the end. Nodes: n1 leader; n2 ready, down, ready." in said
    assert "whole again after 10 s  ·  760 reads, 12 failed  ·  38 writes, 0 lost, 0 doubled" in said
    assert "n2 준비됨, 다운, 준비됨" in said.ko
    assert "10초 만에 회복" in said.ko


def test_what_never_healed_is_said_and_shaded_to_the_end(record: Record):
    never = replace(record, marks=record.marks[:1])

    assert "not whole again" in chart.figures(never)
    shade = re.search(r'<rect class="outage" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', chart.svg(never, TITLE))
    assert shade
    assert float(shade[1]) + float(shade[2]) == pytest.approx(chart.WIDTH - chart.RIGHT, abs=0.2)


@pytest.mark.parametrize("changes", [{"rows": []}, {"marks": []}, {"totals": None}, {"rows": [row(0)]}], ids=str)
def test_a_record_that_lacks_something_is_drawn_all_the_same(
    changes: dict[str, object], record: Record, tmp_path: Path
):
    chart.save(replace(record, **changes), TITLE, tmp_path / "c.png")  # type: ignore[arg-type]

    assert (tmp_path / "c-dark.png").exists()


def test_one_failed_read_beside_a_second_of_hundreds_is_drawn_all_the_same(record: Record, tmp_path: Path):
    record.rows[5:] = [row(5, good=900, failed=1), *(row(second) for second in range(6, 20))]

    chart.save(record, TITLE, tmp_path / "c.png")

    assert chart.LIGHT["bad"] in colours(tmp_path / "c.png")


def test_no_line_is_drawn_over_seconds_of_which_nobody_knows(record: Record, tmp_path: Path):
    whole = lines(record, tmp_path)
    for second in range(8, 12):
        record.rows[second] = row(second, replicas=None, wanted=None, good=0, p50=0.0, slowest=0.0, nodes={})

    parted = lines(record, tmp_path)

    # One of replicas and two of latency, each in two pieces.
    assert len(parted) == len(whole) + 3
    longest = max(points[-1][0] - points[0][0] for points in parted)
    assert longest < max(points[-1][0] - points[0][0] for points in whole)


def lines(record: Record, directory: Path) -> list[list[tuple[float, ...]]]:
    """The points of each line of the SVG that shows values: more than two."""
    chart.save(record, TITLE, directory / "c.png")
    found = ElementTree.parse(directory / "c.svg").iterfind(".//{*}polyline")
    drawn = [[tuple(map(float, point.split(","))) for point in one.attrib["points"].split()] for one in found]
    return [points for points in drawn if len(points) > 2]


def test_words_of_marks_never_cover_each_other(record: Record):
    near = [Mark(5.0 + number / 10, "seen", f"something number {number}", f"{number}번째 일") for number in range(3)]

    drawn = chart.svg(replace(record, marks=near), TITLE)

    rows = re.findall(r'y="([\d.]+)"[^>]*><tspan lang="en">5 s something', drawn)
    assert len(rows) == len(set(rows)) == 3
