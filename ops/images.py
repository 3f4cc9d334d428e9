"""Builds the platform's images, and finds the CA bundle that a build behind a TLS-inspecting proxy needs."""

import json
import os
import subprocess
import sys
from pathlib import Path

from ops.failure import Failure, stop
from ops.paths import ROOT
from ops.progress import console, step

BAKE = "platform/images/docker-bake.hcl"
# The variables by which curl, pip, requests, npm and Go programs are told of another CA.
CA_VARIABLES = ("SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "PIP_CERT", "NODE_EXTRA_CA_CERTS")


def ca_bundle() -> str:
    """Path of the extra CA bundle named by the environment, or /dev/null: no extra one."""
    for name in CA_VARIABLES:
        path = os.environ.get(name, "")
        if path and Path(path).is_file():
            return path
    return "/dev/null"


def build(targets: list[str] | None = None) -> None:
    """Build the platform's images (all of them, or the named bake targets); what has not changed is not built again.

    Raises Failure with the end of the build's output when one does not build.
    """
    command = ["docker", "buildx", "bake", "--file", BAKE, "--progress", "plain", *(targets or [])]
    environment = os.environ | {"CA_BUNDLE": ca_bundle(), "BUILDX_NO_DEFAULT_ATTESTATIONS": "1"}
    with step("building the platform's images"):
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failure(
            f"An image of the platform does not build. The end of what docker said:\n{tail(done.stderr)}",
            "플랫폼 이미지를 빌드하지 못했습니다. 위에 있는 docker 출력의 끝부분을 확인하세요.",
        )


def tail(text: str, lines: int = 25) -> str:
    """The last lines of a long output."""
    return "\n".join(text.strip().splitlines()[-lines:])


def tags() -> list[str]:
    """Every tag that the bake file makes and a stack runs, in the file's order."""
    command = ["docker", "buildx", "bake", "--file", BAKE, "--print"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    targets = json.loads(printed)["target"]
    helpers = {"tools", "python-build", "node-build", "promtool", "load", "browser"}
    return [tag for name, target in targets.items() if name not in helpers for tag in target.get("tags", [])]


def megabytes(tag: str) -> float:
    """Uncompressed size of an image in MB (10^6 bytes), as `docker images` counts it."""
    command = ["docker", "image", "inspect", "--format", "{{.Size}}", tag]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout) / 1e6


if __name__ == "__main__":
    try:
        build(sys.argv[1:])
    except Failure as failure:
        stop(failure)
    for tag in tags():
        console.print(f"  {tag:<32} {megabytes(tag):6.1f} MB")
