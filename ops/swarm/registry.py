"""Puts images of this machine into the lab's registry, layers as they are: `docker push` would spend a minute on compressing them."""

import contextlib
import http.client
import json
import re
import subprocess
import tarfile
import tempfile
from typing import Any
from urllib.parse import urlsplit

from ops import images
from ops.failure import Failure

BLOBS = "layers"


def push(port: int, names: list[str]) -> None:
    """Put the images into the registry at 127.0.0.1:`port`, under their own names. What it has is not sent again.

    Follows https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pushing-blobs: each blob goes
    into one repository and is mounted from there into those of the images.
    """
    _all_here(names)
    with tempfile.NamedTemporaryFile(suffix=".tar") as file:
        save = ["docker", "image", "save", "--output", file.name, *names]
        saved = subprocess.run(save, capture_output=True, text=True, check=False)
        if saved.returncode:
            raise Failure(
                f"The images cannot be taken out of this engine: {images.tail(saved.stderr, 1)}",
                f"이 엔진에서 이미지를 꺼내지 못했습니다: {images.tail(saved.stderr, 1)}",
            )
        with tarfile.open(file.name) as layout:
            index = json.load(_open(layout, "index.json"))
            with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120)) as connection:
                registry = _Registry(connection)
                for entry in index["manifests"]:
                    registry.image(layout, entry)


def _all_here(names: list[str]) -> None:
    """Name the image that is not on this machine; `docker image save` does not."""
    inspect = ["docker", "image", "inspect", "--format", "{{.Id}}", *names]
    said = subprocess.run(inspect, capture_output=True, text=True, check=False).stderr
    if absent := re.findall(r"No such image: (\S+)", said):
        raise Failure(
            f"The image {absent[0]} is not built yet. The platform's are built with ./nox -s images, a team's with ./nox -s swarm -- up TEAM",
            f"{absent[0]} 이미지가 아직 없습니다. 플랫폼 이미지는 ./nox -s images, 팀 이미지는 ./nox -s swarm -- up 팀으로 빌드합니다.",
        )


class _Registry:
    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self.connection = connection
        self.sent: set[str] = set()

    def image(self, layout: tarfile.TarFile, entry: dict[str, Any]) -> None:
        """One image: what it is made of, then the manifest that names it."""
        named = entry["annotations"]["io.containerd.image.name"].removeprefix("docker.io/").removeprefix("library/")
        repository, _, tag = named.partition(":")
        manifest = _open(layout, _blob(entry["digest"])).read()
        described = json.loads(manifest)
        for part in (described["config"], *described["layers"]):
            if part["digest"] not in self.sent:
                self.blob(layout, part["digest"])
            self.ask("POST", f"/v2/{repository}/blobs/uploads/?mount={part['digest']}&from={BLOBS}", {201})
        kind = {"Content-Type": described.get("mediaType") or entry["mediaType"]}
        self.ask("PUT", f"/v2/{repository}/manifests/{tag}", {201}, manifest, kind)

    def blob(self, layout: tarfile.TarFile, digest: str) -> None:
        self.sent.add(digest)
        if self.ask("HEAD", f"/v2/{BLOBS}/blobs/{digest}", {200, 404})[0] == 200:
            return
        where = urlsplit(self.ask("POST", f"/v2/{BLOBS}/blobs/uploads/", {202})[1])
        size = layout.getmember(_blob(digest)).size
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(size)}
        self.ask("PUT", f"{where.path}?{where.query}&digest={digest}", {201}, _open(layout, _blob(digest)), headers)

    def ask(
        self, method: str, path: str, expected: set[int], body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, str]:
        """Status and Location of the answer. Failure where the status is another than expected."""
        self.connection.request(method, path, body=body, headers=headers or {})
        reply = self.connection.getresponse()
        said = reply.read()
        if reply.status not in expected:
            raise Failure(
                f"The lab's registry answered {reply.status} to {method} {path[:80]}: {said[:200].decode(errors='replace')}",
                "실습 환경의 레지스트리가 이미지를 받지 않았습니다. 위 메시지를 확인하세요.",
            )
        return reply.status, reply.headers.get("Location", "")


def _blob(digest: str) -> str:
    return "blobs/" + digest.replace(":", "/")


def _open(layout: tarfile.TarFile, name: str) -> Any:
    found = layout.extractfile(name)
    assert found is not None
    return found
