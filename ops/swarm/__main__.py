"""`./nox -s swarm -- up [--nodes 3] [--managers 3] [TEAM ...] | status | down | exercise NAME [--verify] | stack TEAM ...`"""

import argparse
import signal
import sys

from ops import engine, images
from ops.failure import Failure, stop
from ops.paths import BUILD, ROOT, teams
from ops.progress import console
from ops.swarm import chart, deploy, probe, registry
from ops.swarm.deploy import STACK_LABEL, Deployed
from ops.swarm.exercises import EXERCISES
from ops.swarm.exercises.deploy import IMAGE as WEB_IMAGE
from ops.swarm.exercises.exercise import Exercise, Guide, NotVerified, Run, Verdict, perform, show
from ops.swarm.lab import Lab, NoManager, in_a_swarm, possible
from ops.swarm.probe import Kernel
from ops.swarm.watch import node_state, seen, team_file


def up(options: argparse.Namespace) -> int:
    """Start the lab where there is none, and deploy the teams."""
    known(options.team)
    nodes = 3 if options.nodes is None else options.nodes
    managers = min(3, max(1, nodes)) if options.managers is None else options.managers
    possible(options.name, nodes, managers)
    engine.ensure()
    lab = Lab(options.name)
    there = lab.nodes()
    if there and options.nodes not in (None, len(there)):
        raise Failure(
            f"The lab is up already, with --nodes {len(there)} and not {options.nodes}. Remove it first: ./nox -s swarm -- down",
            f"실습 환경이 --nodes {options.nodes}이(가) 아니라 {len(there)}(으)로 이미 실행 중입니다. 먼저 지우세요: ./nox -s swarm -- down",
        )
    if in_a_swarm():
        console.print(
            "This machine is a node of a Swarm of its own. The lab has nothing to do with that one, and leaves it alone.\n"
            "이 컴퓨터는 이미 다른 Swarm의 노드입니다. 실습 환경은 그 Swarm과 무관하며 건드리지 않습니다."
        )
    images.build()
    images.build(["lab"])
    if not there:
        lab.up(nodes, managers, len(options.team))
        # What the course's own commands run: docs/swarm/course-commands.md.
        registry.push(lab.registry_port(), [WEB_IMAGE])
    kernel = probe.probe(lab)
    if options.team:
        deploy.build(options.team)
        deploy.deploy(lab, options.team, kernel)
    console.print("\n".join(kernel.lines()))
    for node in lab.nodes():
        console.print(
            f"  {node.name}  https://localhost:{node.port}  {node.address}  docker exec {node.container} docker …"
        )
    return 0


def status(options: argparse.Namespace) -> int:
    """What the managers say of nodes and services."""
    lab = Lab(options.name)
    lab.required()
    snapshot = lab.snapshot()
    for node in lab.nodes():
        told = next((one for one in snapshot.nodes if one["Description"]["Hostname"] == node.name), None)
        console.print(
            f"  {node.name}  {node_state(told) if told else 'not in the Swarm · Swarm에 없음'}  https://localhost:{node.port}"
        )
    for stack in stacks(lab):
        lacking = deploy.unwell(snapshot, stack.name)
        console.print(f"  {stack.name}: {'' if lacking else 'all healthy · 모두 정상'}")
        for name, why in sorted(lacking.items()):
            console.print(f"    {name}: {why} · {why.ko}")
    return 0


def down(options: argparse.Namespace) -> int:
    """Remove the lab, whatever state it is in."""
    if not Lab(options.name).down():
        console.print("There was nothing to remove. · 지울 것이 없습니다.")
    return 0


def stack(options: argparse.Namespace) -> int:
    """Write the stack file, for an ordinary Swarm; nothing is deployed and no Swarm is touched."""
    known(options.team)
    deploy.build(options.team)
    made = deploy.made(options.team, Kernel(ipvs=options.mesh, esp=options.encrypted), options.registry)
    name = deploy.stack_name(options.team)
    folder = BUILD / "swarm" / name
    file = made.write(folder)
    for note in made.notes:
        console.print(f"  {note}")
    shown = file.relative_to(ROOT)
    resolve = "" if options.registry else "--resolve-image never "
    console.print(
        f"The volumes need a node · 볼륨을 둘 노드: docker node update --label-add data=true NODE\n"
        f"docker stack deploy {resolve}--compose-file {shown} {name}"
    )
    return 0


def exercise(options: argparse.Namespace) -> int:
    """Run one exercise, step by step or unattended."""
    chosen = EXERCISES.get(options.exercise)
    if chosen is None:
        names = ", ".join(EXERCISES)
        raise Failure(
            f"There is no exercise {options.exercise}; there are: {names}.",
            f"{options.exercise} 실습이 없습니다. 있는 실습: {names}.",
        )
    lab = Lab(options.name)
    lab.required()
    found = stacks(lab)
    if not found:
        raise Failure(
            "No team is deployed on the lab. Deploy one with: ./nox -s swarm -- up blog",
            "실습 환경에 배포된 팀이 없습니다. 다음으로 배포하세요: ./nox -s swarm -- up blog",
        )
    verdict = perform(chosen, found[0], Guide() if options.verify else Teacher())
    show(verdict)
    save(verdict)
    return 1 if verdict.problem else 0


def save(verdict: Verdict) -> None:
    """The record and its chart, under build/swarm/."""
    folder = BUILD / "swarm"
    name = verdict.exercise.name
    verdict.record.save(folder / f"{name}.json")
    chart.save(verdict.record, verdict.exercise.title, folder / f"{name}.png")
    console.print(f"  {(folder / name).relative_to(ROOT)}.png, .json")


class Teacher(Guide):
    """Leads a person through an exercise on the terminal."""

    def before(self, exercise: Exercise) -> None:
        console.print(f"\n{exercise.predict}\n{exercise.predict.ko}")
        console.print("What is going to be done · 이제 할 일:")
        for command in exercise.commands:
            console.print(f"  {command}", soft_wrap=True)
        input("Write your prediction down, then press Enter. · 예상을 적은 뒤 Enter를 누르세요. ")

    def broken(self, exercise: Exercise, run: Run) -> None:
        hints = iter(exercise.hints)
        while True:
            self.look(run)
            said = input(
                "Enter: look again · 다시 보기   h: hint · 힌트   r: repair · 복구   v: verify · 검증 "
            ).strip()
            if said == "h":
                hint = next(hints, None)
                console.print(f"{hint}\n{hint.ko}" if hint else "That was the last one. · 힌트가 더 없습니다.")
            elif said == "r":
                exercise.recover(run)
            elif said == "v":
                return

    def look(self, run: Run) -> None:
        """One line of what the watcher sees."""
        try:
            running, wanted, nodes = seen(run.deployed, run.lab.snapshot(), run.watch.team.services.api)
        except NoManager:
            console.print("no manager answers · 응답하는 매니저 없음")
            return
        states = ", ".join(f"{name} {state}" for name, state in sorted(nodes.items()))
        failed = sum(one.failed for one in run.watch.traffic.seconds.values())
        console.print(
            f"{run.watch.now:4.0f} s  {run.api} {running}/{wanted}  {states}  failed reads · 실패한 읽기: {failed}"
        )


def stacks(lab: Lab) -> list[Deployed]:
    """What is deployed on the lab."""
    names = dict.fromkeys(one["Spec"]["Labels"].get(STACK_LABEL) for one in lab.snapshot().services)
    return [Deployed(lab, name, [name] if name in teams() else _of(lab, name)) for name in names if name]


def _of(lab: Lab, name: str) -> list[str]:
    """The teams of a stack of several, by their APIs."""
    there = {deploy.short(one) for one in deploy.services(lab.snapshot(), name)}
    return [team for team in teams() if team_file(team).services.api in there]


def known(names: list[str]) -> None:
    """Refuse a team that is not here."""
    for name in names:
        if name not in teams():
            there = ", ".join(teams())
            raise Failure(f"There is no team {name}; there are: {there}.", f"{name} 팀이 없습니다. 있는 팀: {there}.")


def main(arguments: list[str] | None = None) -> int:
    """Parse the arguments and do it."""
    parser = argparse.ArgumentParser(prog="./nox -s swarm --", description="A real Swarm on this machine.")
    parser.add_argument("--name", default="lab", help="of the lab, where several stand beside each other")
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("up")
    one.add_argument("--nodes", type=int, help="3, if nothing is said")
    one.add_argument("--managers", type=int, help="3 of them, if nothing is said")
    one.add_argument("team", nargs="*")
    commands.add_parser("status")
    commands.add_parser("down")
    one = commands.add_parser("exercise")
    one.add_argument("exercise", metavar="NAME", help=", ".join(EXERCISES))
    one.add_argument("--verify", action="store_true", help="unattended")
    one = commands.add_parser("stack")
    one.add_argument("team", nargs="+")
    one.add_argument("--registry", default="", help="host that the nodes pull from; none: the node has the images")
    one.add_argument("--mesh", action="store_true", help="publish by the routing mesh, which needs IPVS")
    one.add_argument("--encrypted", action="store_true", help="encrypt between nodes, which needs ESP")
    options = parser.parse_args(arguments)
    try:
        return {"up": up, "status": status, "down": down, "exercise": exercise, "stack": stack}[options.command](
            options
        )
    except NoManager:
        raise Failure(
            "No manager of the lab answers: too few of them run. ./nox -s swarm -- down removes the lab.",
            "응답하는 매니저가 없습니다. 실행 중인 매니저가 부족합니다. ./nox -s swarm -- down으로 지울 수 있습니다.",
        ) from None
    except NotVerified as no:
        raise Failure(str(no.text), no.text.ko) from None


def interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, interrupt)
    try:
        sys.exit(main())
    except Failure as failure:
        stop(failure)
    # The second: Ctrl-D, or nobody is there to press Enter.
    except (KeyboardInterrupt, EOFError):
        stop(
            Failure(
                "Stopped. ./nox -s swarm -- status shows what is there, down removes it.",
                "중단했습니다. ./nox -s swarm -- status로 상태를 보고 down으로 지울 수 있습니다.",
            )
        )
