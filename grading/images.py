"""The images of a stack: how they were built, and what is in them."""

from __future__ import annotations

import json
import re
import subprocess
import tarfile
from dataclasses import dataclass
from typing import IO, Any

from grading.commands import run
from grading.ownership import LABEL


@dataclass(frozen=True)
class Image:
    name: str
    id: str
    # Uncompressed bytes of all layers.
    size: int
    config: dict[str, Any]
    layers: list[str]
    # The services that run it.
    services: tuple[str, ...]

    @property
    def megabytes(self) -> float:
        return self.size / 1e6

    @property
    def environment(self) -> dict[str, str]:
        return dict(one.partition("=")[::2] for one in self.config.get("Env") or [])


def inspect(name: str, services: tuple[str, ...]) -> Image | None:
    """The image as the engine has it; None if it has not."""
    result = run("docker", "image", "inspect", name, must=False)
    if result.code:
        return None
    found = json.loads(result.stdout)[0]
    return Image(name, found["Id"], found["Size"], found["Config"], found["RootFS"]["Layers"], services)


def history(image: Image) -> list[str]:
    """The commands that made the image's layers, oldest first."""
    lines = run("docker", "history", "--no-trunc", "--format", "{{.CreatedBy}}", image.id).stdout.splitlines()
    return lines[::-1]


# Words in the programs of build tools, by which they are known under any name.
TOOL_MARKS = {
    b"COLLECT_GCC": "gcc", b"GNU assembler": "as", b"-fsyntax-only": "a C compiler", b"tcc version": "tcc",
    b"rustc_driver": "rustc",
    b"cmd/go/internal": "go", b"GNU Make": "make", b"CARGO_HOME": "cargo", b"APT::Architectures": "apt",
    b"apk-tools": "apk", b"uv-resolver": "uv", b"node:internal/modules": "node", b"git-upload-pack": "git",
}  # fmt: skip
MARK = re.compile(b"|".join(map(re.escape, TOOL_MARKS)))
SMALLEST_PROGRAM = 16_384


@dataclass(frozen=True)
class File:
    path: str
    mode: int
    # A file may carry capabilities, which are a setuid of another name.
    capable: bool
    # The build tool that its content says it is.
    tool: str = ""


def files(image: Image, owner: str) -> list[File]:
    """Every regular file and link of the image, from an export of it."""
    id = run("docker", "create", "--label", f"{LABEL}={owner}", "--network", "none", image.id, "-").stdout.strip()
    try:
        with (
            subprocess.Popen(("docker", "export", id), stdout=subprocess.PIPE) as export,
            tarfile.open(fileobj=export.stdout, mode="r|") as archive,
        ):
            return [
                File(
                    one.name.removeprefix("./"),
                    one.mode,
                    "SCHILY.xattr.security.capability" in one.pax_headers,
                    _tool(archive.extractfile(one) if one.isfile() and one.size >= SMALLEST_PROGRAM else None),
                )
                for one in archive
                if one.isfile() or one.issym() or one.islnk()
            ]
    finally:
        run("docker", "rm", "-f", id, must=False)


def _tool(content: IO[bytes] | None) -> str:
    if content is None or content.read(4) != b"\x7fELF":
        return ""
    found = MARK.search(content.read())
    return TOOL_MARKS[found[0]] if found else ""
