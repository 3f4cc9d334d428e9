"""index.html."""
from pathlib import Path


def save(reports, content, out: Path, language: str) -> None:
    out.write_text("soon")
