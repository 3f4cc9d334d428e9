"""Asks a node's kernel what Swarm's networking may rest on, because a kernel that cannot do it does not say so."""

from dataclasses import dataclass

from ops.swarm.lab import Lab, docker

# ipvsadm loads the module where it can; a state of IPsec is what an encrypted overlay makes for every pair of nodes.
IPVS = "ipvsadm --list >/dev/null 2>&1"
ESP = (
    "ip xfrm state add src 127.0.0.1 dst 127.0.0.2 proto esp spi 0x101 mode transport "
    "aead 'rfc4106(gcm(aes))' 0x0123456789012345678901234567890123456789 64 2>/dev/null "
    "&& ip xfrm state delete src 127.0.0.1 dst 127.0.0.2 proto esp spi 0x101"
)


@dataclass(frozen=True)
class Kernel:
    """What it is able to do. Without IPVS no routing mesh, without ESP no encrypted overlay: both fail in silence."""

    ipvs: bool
    esp: bool

    @property
    def mesh(self) -> bool:
        return self.ipvs

    @property
    def encrypted(self) -> bool:
        return self.esp

    def lines(self) -> list[str]:
        """Which mode is used and why, in English and Korean."""
        return [
            "ports: routing mesh · 포트: 라우팅 메시"
            if self.ipvs
            else "ports: each node's own (mode: host), names by DNS; this kernel has no IPVS, which the routing mesh needs\n"
            "포트: 노드마다 자기 포트(mode: host), 이름은 DNS로 찾음. 이 커널에는 라우팅 메시에 필요한 IPVS가 없습니다",
            "between nodes: encrypted overlay · 노드 사이: 암호화된 오버레이"
            if self.esp
            else "between nodes: every hop is TLS already; this kernel has no ESP, which an encrypted overlay needs\n"
            "노드 사이: 모든 구간이 이미 TLS입니다. 이 커널에는 암호화된 오버레이에 필요한 ESP가 없습니다",
        ]


def probe(lab: Lab) -> Kernel:
    """Ask on the lab's first node that runs; all have the same kernel."""
    node = next(node for node in lab.required() if node.running)
    script = f"{IPVS} && echo ipvs; {ESP} && echo esp; true"
    said = docker("exec", node.container, "sh", "-c", script).split()
    return Kernel(ipvs="ipvs" in said, esp="esp" in said)
