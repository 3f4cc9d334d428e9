"""What tests ask of the engine."""

import subprocess


def host_address() -> str:
    """The address at which containers of the default network find this machine."""
    words = ["docker", "network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
