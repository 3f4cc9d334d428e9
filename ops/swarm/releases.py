"""New versions of a service's image, made on the spot: one that is as good as the old one, and one that is not."""

import subprocess
from typing import Any

from ops import images
from ops.failure import Failure
from ops.swarm import deploy, registry
from ops.swarm.lab import REGISTRY, Lab

KINDS = {
    "next": "LABEL course.release=next\n",
    "broken": 'ENTRYPOINT ["/nowhere"]\n',
}


def image(service: dict[str, Any]) -> str:
    """The image that a service is meant to run, without the digest."""
    name: str = service["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"]
    return name.partition("@")[0]


def make(lab: Lab, image: str, kind: str) -> str:
    """Build a version on top of the image and put it into the lab's registry; returns its name there."""
    local = image.removeprefix(f"{REGISTRY}/")
    made = f"{local.rpartition(':')[0]}:{kind}"
    built = subprocess.run(
        ["docker", "buildx", "build", "--quiet", "--load", "--provenance=false", "--tag", made, "-"],
        input=f"FROM {local}\n{KINDS[kind]}",
        capture_output=True,
        text=True,
        check=False,
    )
    if built.returncode:
        raise Failure(
            f"The version {made} does not build:\n{images.tail(built.stderr, 6)}",
            f"{made} 버전을 빌드하지 못했습니다. 위 메시지를 확인하세요.",
        )
    try:
        registry.push(lab.registry_port(), [made])
    finally:
        subprocess.run(["docker", "image", "rm", made], capture_output=True, check=False)
    return f"{REGISTRY}/{made}"


def back(lab: Lab, service: str, wanted: str) -> None:
    """The service runs the image again, and is whole; nothing is done where it does so already."""
    spec = next(one for one in lab.snapshot().services if one["Spec"]["Name"] == service)
    if image(spec) != wanted or deploy.updating(spec):
        lab.docker("service", "update", "--detach=false", "--quiet", "--image", wanted, service, seconds=300)
