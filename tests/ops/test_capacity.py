"""The capacity tables: the formula that docs/scaling.md gives, by hand."""

import pytest

from ops import capacity


def figures(**costs: float) -> dict:
    """A team whose every request costs the same."""
    edge = {"rate": 100.0, **costs}
    return {kind: {"straight": edge, "edge": edge} for kind in capacity.MIX}


def test_a_part_carries_its_cores_by_what_a_request_costs():
    layout = capacity.Layout(machines=1, api=3, nginx=1, postgres=2, redis=1)

    able = capacity.carries(layout, figures(api=6.0, nginx=2.0, postgres=0.5, redis=0.1))

    # 3 cores of 1000 ms, 60 % of them, 6 ms a request.
    assert able["api"] == pytest.approx(300)
    assert able["nginx"] == pytest.approx(300)
    assert able["postgres"] == pytest.approx(2400)
    assert able["redis"] == pytest.approx(6000)


def test_an_average_request_is_made_of_the_mix():
    found = figures(api=1.0, nginx=1.0, postgres=1.0, redis=1.0)
    found["write"] = {"edge": {"api": 21.0, "nginx": 1.0, "postgres": 1.0, "redis": 1.0}}

    assert sum(capacity.MIX.values()) == pytest.approx(1)
    assert capacity.mixed(found)["api"] == pytest.approx(1 + 20 * capacity.MIX["write"])


def test_the_least_part_is_what_the_cluster_carries():
    costs = figures(api=6.0, nginx=2.0, postgres=50.0, redis=0.1)

    rows = capacity.capacity_table({"teams": {"blog": costs}}, "en").splitlines()

    assert all("PostgreSQL |" in row for row in rows[2:])
    # One core, 60 % of it, 50 ms a request.
    assert "**12**" in rows[2]
