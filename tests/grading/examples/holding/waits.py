"""Starts something and does not end."""

import time

from grading.check import check
from grading.commands import run
from grading.ownership import LABEL

SAID = {"en": "said", "ko": "말함"}


@check("F1.1", points=1, why=SAID, hint=SAID, timeout=300)
def waits(job):
    """It starts a container and waits.

    컨테이너를 시작하고 기다린다.
    """
    program = ["/usr/bin/python3", "-c", "import time; time.sleep(300)"]
    started = run("docker", "run", "-d", "--label", f"{LABEL}={job.owner}", "course/python:1", *program)
    job.doing(started.stdout.strip(), "-")
    time.sleep(300)
