"""One lab of three nodes with the blog on it, for all tests of this folder."""

import os
from collections.abc import Iterator

import pytest

from ops import images, paths, secrets
from ops.stack import Stack
from ops.swarm import deploy, probe, stackfile
from ops.swarm.deploy import Deployed
from ops.swarm.lab import REGISTRY, temporary

TEAM = "blog"


@pytest.fixture(scope="package")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """The blog on a Swarm of its own, whole."""
    if TEAM not in paths.teams():
        pytest.skip(f"{TEAM} is not in this repository")
    directory = tmp_path_factory.mktemp("swarm") / "secrets"
    secrets.ensure(directory, [TEAM])
    images.build(["lab"])
    Stack(paths.TEAMS / TEAM, project=TEAM, secrets_dir=directory).build()
    with temporary(f"tests-{os.getpid()}") as lab:
        kernel = probe.probe(lab)
        model = stackfile.model(TEAM, secrets_dir=directory)
        deployed = Deployed(lab, TEAM, [TEAM], secrets=directory)
        deploy.put(
            deployed, stackfile.translate(model, registry=REGISTRY, mesh=kernel.mesh, encrypted=kernel.encrypted)
        )
        yield deployed
