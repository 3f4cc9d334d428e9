"""`python -m grading.scan [TEAM]`: only the checks of a grade that scan the images."""

import sys

from grading.__main__ import main

if __name__ == "__main__":
    sys.exit(main([*sys.argv[1:], "--only", "S1", "--out", "build/scan"]))
