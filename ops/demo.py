"""A team on this machine, with example data, for a presenter: up and down.

`python -m ops.demo up TEAM`, `python -m ops.demo down [TEAM]`
"""

import argparse
import json
import os
import secrets as random
import subprocess
import sys

from ops import engine, images, secrets
from ops.failure import Failure, stop
from ops.paths import SECRETS, TEAMS, teams
from ops.progress import console, step
from ops.stack import Ports, Stack


def ports() -> Ports:
    """The usual ports, or those that the environment names."""
    usual = Ports()
    return Ports(
        http=int(os.environ.get("EDGE_HTTP_PORT", usual.http)),
        https=int(os.environ.get("EDGE_HTTPS_PORT", usual.https)),
        prometheus=int(os.environ.get("PROMETHEUS_PORT", usual.prometheus)),
        grafana=int(os.environ.get("GRAFANA_PORT", usual.grafana)),
    )


def password(team: str) -> str:
    """The demo accounts' password: made once, short enough to be typed in front of a room."""
    file = SECRETS / team / "demo_password"
    if not file.exists():
        file.write_text(f"demo-{random.token_hex(2)}-{random.token_hex(2)}\n")
        file.chmod(0o600)
    return file.read_text().strip()


def up(team: str) -> None:
    """Bring the team up, fill it, and say where it is and who may sign in."""
    engine.ensure()
    images.build()
    secrets.ensure(SECRETS, teams())
    stack = Stack(TEAMS / team, project=team, ports=ports())
    stack.build()
    stack.up()
    with step("filling it with examples"):
        said = stack.exec(f"{team}-api", "python3", "-m", f"{team}.seed", input=password(team))
    accounts = json.loads(said.splitlines()[-1])["accounts"]
    grafana = f"https://localhost:{stack.ports.grafana}  (admin, password in .secrets/grafana_admin_password)"
    lines = [
        ("application · 애플리케이션", stack.url),
        ("API documentation · API 문서", f"{stack.url}/api/docs"),
        ("Prometheus", f"https://localhost:{stack.ports.prometheus}"),
        ("Grafana", grafana if stack.profiles else "not here: its image cannot be had · 이미지를 받을 수 없음"),
        ("accounts · 계정", ", ".join(accounts)),
        ("password · 비밀번호", password(team)),
        ("certificate · 인증서", "signed by .secrets/ca.crt: import it, or accept it · .secrets/ca.crt로 서명됨"),
        ("stop · 종료", f"./nox -s down -- {team}"),
    ]
    console.print()
    for name, value in lines:
        console.print(f"  {name:<28} {value}", soft_wrap=True)


def down(names: list[str]) -> None:
    """Remove containers, networks, data and images of the teams' demos; secrets stay."""
    for team in names:
        if team not in teams():
            known = ", ".join(teams())
            raise Failure(f"There is no team {team}; there are: {known}.", f"{team} 팀이 없습니다. 있는 팀: {known}.")
    for team in names or teams():
        with step(f"removing {team}"):
            Stack(TEAMS / team, project=team, ports=ports()).down()


def main() -> int:
    """Parse the arguments and do it."""
    parser = argparse.ArgumentParser(prog="./nox -s demo", description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("up").add_argument("team", choices=teams())
    commands.add_parser("down").add_argument("team", nargs="*")
    options = parser.parse_args()
    if options.command == "up":
        up(options.team)
    elif subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0:
        down(options.team)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        stop(failure)
