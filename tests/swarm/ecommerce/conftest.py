"""A lab of three nodes with the shop on it."""

from collections.abc import Iterator

import pytest

from ops.swarm.deploy import Deployed
from tests.swarm.labs import on_a_lab


@pytest.fixture(scope="package")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """The shop on a Swarm of its own, whole."""
    with on_a_lab("ecommerce", tmp_path_factory.mktemp("swarm-shop") / "secrets") as deployed:
        yield deployed
