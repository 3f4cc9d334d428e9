"""`python -m tests.grading.examples.hold DIR`: a grade that prints the container it started, and waits to be ended."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from grading import check, report  # noqa: E402
from grading.__main__ import exit_code  # noqa: E402
from grading.submission import Submission  # noqa: E402
from grading.supervisor import Supervisor, interruptible  # noqa: E402


class Watcher:
    def doing(self, text):
        print(text, flush=True)

    def started(self, check):
        pass

    def ended(self, check, result):
        pass


if __name__ == "__main__":
    submission = Submission(HERE / "repo", HERE / "repo/teams/tiny")
    with interruptible():
        graded = Supervisor(submission, check.load("holding"), Watcher(), package="holding").grade()
    report.write([graded], {}, Path(sys.argv[1]), "en")
    sys.exit(exit_code([graded]))
