"""One lab of three nodes with the blog on it, for all tests of this folder."""

from collections.abc import Iterator

import pytest

from ops.swarm.deploy import Deployed
from tests.swarm.labs import on_a_lab


@pytest.fixture(scope="package")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """The blog on a Swarm of its own, whole."""
    with on_a_lab("blog", tmp_path_factory.mktemp("swarm") / "secrets") as deployed:
        yield deployed
