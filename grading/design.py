"""Reads a design document: its headings, its labels, and the tables whose first column names services."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

# What stands where somebody meant to write something.
PLACEHOLDER = re.compile(
    r"^\W*(todo|tbd|tba|n/?a|x+|fill (this )?in|작성\s*(예정|중)|미정|추후.*|<[^>]*>)?\W*$", re.IGNORECASE
)
SEPARATOR = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$")


@dataclass
class Table:
    header: list[str]
    rows: list[list[str]] = field(default_factory=list)


@dataclass
class Document:
    # Label (of a heading, a table's row or column, a bold word at the start of a line) -> what is written there.
    labels: dict[str, str] = field(default_factory=dict)
    tables: list[Table] = field(default_factory=list)

    def says(self, pattern: str) -> str | None:
        """What is written under a label that matches; None if there is no such label or nothing is written there."""
        found = [text for label, text in self.labels.items() if re.search(pattern, label, re.IGNORECASE)]
        written = [text for text in found if not PLACEHOLDER.match(text)]
        return max(written, key=len, default=None)


def read(text: str) -> Document:
    """The document's labels and tables; code blocks count as text."""
    document = Document()
    headings: list[tuple[int, str]] = []
    lines = text.splitlines()
    number = 0
    while number < len(lines):
        line = lines[number]
        heading = re.match(r"(#{1,6})\s+(.+?)\s*#*$", line)
        if heading:
            level = len(heading[1])
            headings = [one for one in headings if one[0] < level] + [(level, _plain(heading[2]))]
            document.labels.setdefault(_plain(heading[2]), "")
        elif "|" in line and number + 1 < len(lines) and SEPARATOR.match(lines[number + 1]):
            end = number + 2
            while end < len(lines) and "|" in lines[end]:
                end += 1
            _table(document, lines[number], lines[number + 2 : end])
            _write(document, headings, " ".join(lines[number:end]))
            number = end
            continue
        elif line.strip():
            _write(document, headings, line.strip())
            label = re.match(r"\s*(?:[-*+]|\d+\.)?\s*\*\*(.+?)\*\*\s*:?\s*(.*)$", line)
            if label:
                document.labels[_plain(label[1])] = label[2]
        number += 1
    return document


def _write(document: Document, headings: list[tuple[int, str]], text: str) -> None:
    for _, heading in headings:
        document.labels[heading] = f"{document.labels[heading]} {text}".strip()


def _table(document: Document, first: str, others: list[str]) -> None:
    table = Table(_cells(first), [_cells(line) for line in others])
    document.tables.append(table)
    for row in table.rows:
        if row:
            document.labels[row[0]] = " ".join(row[1:])
    for column, title in enumerate(table.header):
        if column:
            document.labels[title] = " ".join(row[column] for row in table.rows if column < len(row))


def _cells(line: str) -> list[str]:
    return [_plain(cell) for cell in line.strip().strip("|").split("|")]


def _plain(text: str) -> str:
    return re.sub(r"[`*_]", "", text).strip().rstrip(":")


@dataclass(frozen=True)
class Claim:
    """What the document says of a service: a figure, and the words that it stands in."""

    service: str
    kind: str
    value: float
    cell: str


NUMBER = re.compile(r"(?<![\w.])(\d[\d,]*(?:\.\d+)?)")
# Order matters: a column `image size goal (MB)` is a goal.
KINDS = (
    ("image goal", r"(image|이미지).*(goal|target|at most|목표)|(goal|목표).*(image|이미지)"),
    ("image", r"(image|이미지).*(MB|size|크기)|(MB|size|크기).*(image|이미지)"),
    ("memory", r"memory|메모리"),
    ("cpus", r"\bcpus?\b|processor|core|프로세서|코어"),
    ("pids", r"pids?\b|process(es)?\b|프로세스"),
)


def claims(document: Document, services: set[str]) -> list[Claim]:
    """The figures in tables whose first column names services of the stack."""
    found = []
    for table in document.tables:
        kinds = [
            next((kind for kind, how in KINDS if re.search(how, title, re.IGNORECASE)), None) for title in table.header
        ]
        for row in table.rows:
            names = [one for one in re.split(r"[,/·\s]+", row[0]) if one in services] if row else []
            for kind, cell in list(zip(kinds, row, strict=False))[1:]:
                number = NUMBER.search(cell)
                if kind and number:
                    value = float(number[1].replace(",", ""))
                    found += [Claim(name, kind, value, cell) for name in names]
    return found
