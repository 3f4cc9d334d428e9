"""What can be told from the files alone: `docker compose config` must not be made to read the instructor's."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import yaml

from grading.text import Text

# Made by tools on the machine that grades, and in no image: virtual environments link to the system's Python.
SKIPPED = {".git", ".venv", ".nox", "node_modules", "build", ".secrets", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
MOST_FILES = 200_000


class _AnyTag(yaml.SafeLoader):
    """Compose has tags of its own (`!reset`, `!override`)."""


def _untagged(loader: yaml.SafeLoader, _: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node)  # type: ignore[arg-type]


_AnyTag.add_multi_constructor("!", _untagged)


def files(compose: Path, root: Path) -> list[Text]:
    """What is wrong with the files of a submission in `root`; empty if they may be rendered."""
    return _links(root) + _Reader(root).compose(compose)


def _links(root: Path) -> list[Text]:
    found: list[Text] = []
    seen = 0
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in SKIPPED]
        seen += len(names)
        if seen > MOST_FILES:
            return [*found, Text(f"more than {MOST_FILES} files", f"파일이 {MOST_FILES}개가 넘습니다")]
        for name in [*folders, *names]:
            path = Path(folder, name)
            if path.is_symlink() and not path.resolve().is_relative_to(root):
                short = path.relative_to(root)
                found.append(
                    Text(f"{short} is a link out of the repository", f"{short}은(는) 저장소 밖을 가리키는 링크입니다")
                )
    return found


class _Reader:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.seen: set[Path] = set()
        self.found: list[Text] = []

    def compose(self, file: Path) -> list[Text]:
        self.read(file, f"{file.name}")
        return self.found

    def say(self, en: str, ko: str) -> None:
        self.found.append(Text(en, ko))

    def inside(self, base: Path, value: Any, what: str) -> Path | None:
        """The path, if it is a plain one inside the tree. Variables are refused: their value is not ours to know."""
        if not isinstance(value, str):
            return None
        if "$" in value or "://" in value:
            self.say(f"{what}: {value!r} is not a plain path", f"{what}: {value!r}은(는) 단순한 경로가 아닙니다")
            return None
        path = (base / value).resolve()
        if not path.is_relative_to(self.root):
            self.say(f"{what}: {value!r} is outside of the repository", f"{what}: {value!r}은(는) 저장소 밖에 있습니다")
            return None
        return path

    def read(self, file: Path, what: str) -> None:
        if file in self.seen:
            return
        self.seen.add(file)
        try:
            content = yaml.load(file.read_text("utf-8"), Loader=_AnyTag)
        except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as problem:
            said = str(problem).splitlines()[0]
            self.say(f"{what} cannot be read: {said}", f"{what}을(를) 읽을 수 없습니다: {said}")
            return
        if isinstance(content, dict):
            self.includes(file, content.get("include") or [])
            for name, service in (content.get("services") or {}).items():
                if isinstance(service, dict):
                    self.service(file, name, service)
            for kind in ("secrets", "configs"):
                for name, entry in (content.get(kind) or {}).items():
                    if isinstance(entry, dict) and entry.get("environment"):
                        self.say(
                            f"{kind}.{name} is taken from the environment",
                            f"{kind}.{name}을(를) 환경 변수에서 가져옵니다",
                        )

    def includes(self, file: Path, entries: Any) -> None:
        for entry in entries if isinstance(entries, list) else [entries]:
            options = entry if isinstance(entry, dict) else {"path": entry}
            folder = file.parent
            if "project_directory" in options:
                self.inside(folder, options["project_directory"], f"{file.name}: include.project_directory")
            for key in ("path", "env_file"):
                for one in _listed(options.get(key)):
                    path = self.inside(folder, one, f"{file.name}: include")
                    if path and key == "path":
                        self.read(path, f"{file.name}: include {one}")

    def service(self, file: Path, name: str, service: dict[str, Any]) -> None:
        extends = service.get("extends")
        if isinstance(extends, dict) and "file" in extends:
            path = self.inside(file.parent, extends["file"], f"{name}: extends")
            if path:
                self.read(path, f"{name}: extends {extends['file']}")
        for one in _listed(service.get("env_file")) + _listed(service.get("label_file")):
            self.inside(file.parent, one.get("path") if isinstance(one, dict) else one, f"{name}: env_file")


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
