"""How a load spreads over the replicas of a service, read from the kernel: whatever the application logs or does not."""

import ssl
import time

import httpx

from ops.swarm.deploy import Deployed
from ops.swarm.lab import docker

REQUESTS = 90
# A replica answers when it gets at least so much of an even share: chance alone gives the least of five a half, and
# health checks and Prometheus give one that nobody asks some hundredths.
LEAST_SHARE = 0.2
# Of every container of the service on a node: its id, and the connections that it accepted. The edge opens one a request.
ACCEPTED = (
    "for one in $(docker ps --quiet --filter label=com.docker.swarm.service.name={service}); do "
    "echo $one $(grep '^Tcp: [0-9]' /proc/$(docker inspect --format '{{{{.State.Pid}}}}' $one)/net/snmp | cut -d' ' -f7); done"
)


def shares(deployed: Deployed, service: str, path: str = "/api/health") -> dict[str, float]:
    """Container -> its part of the connections while 90 requests are sent to the edges, where 1 is an even share."""
    before = _accepted(deployed, service)
    ask(deployed, path)
    after = _accepted(deployed, service)
    return _even({one: after[one] - before[one] for one in after if one in before})


def seen(deployed: Deployed, service: str, seconds: float) -> dict[str, float]:
    """The same of what comes in by itself meanwhile: where a crowd is there already, no more need be sent."""
    before = _accepted(deployed, service)
    time.sleep(seconds)
    after = _accepted(deployed, service)
    return _even({one: after[one] - before.get(one, 0.0) for one in after})


def _even(gained: dict[str, float]) -> dict[str, float]:
    total = sum(gained.values()) or 1.0
    return {one: value * len(gained) / total for one, value in gained.items()}


def answering(found: dict[str, float]) -> int:
    """How many replicas got a share worth the name."""
    return sum(share >= LEAST_SHARE for share in found.values())


def ask(deployed: Deployed, path: str) -> None:
    """The requests, in turn to every running node's edge."""
    ports = [node.port for node in deployed.lab.nodes() if node.running]
    tls = ssl.create_default_context(cafile=str(deployed.secrets / "ca.crt"))
    with httpx.Client(verify=tls, trust_env=False, timeout=10) as client:
        for number in range(REQUESTS):
            client.get(f"https://localhost:{ports[number % len(ports)]}{path}")


def _accepted(deployed: Deployed, service: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for node in deployed.lab.nodes():
        if node.running:
            said = docker("exec", node.container, "sh", "-c", ACCEPTED.format(service=service))
            found |= {one: float(count) for one, count in (line.split() for line in said.splitlines() if " " in line)}
    return found
