"""The one way in which a command says that it cannot go on: what happened, and what to do."""

import sys
from typing import NoReturn


class Failure(Exception):
    """Something outside this project is missing or in the way.

    `en` and `ko` are whole sentences that say what happened and what to type.
    """

    def __init__(self, en: str, ko: str) -> None:
        super().__init__(en)
        self.en = en
        self.ko = ko


def stop(failure: Failure) -> NoReturn:
    """Print both languages and leave with status 2, which every command keeps for "could not do its job"."""
    print(f"\n{failure.en}\n{failure.ko}", file=sys.stderr)
    raise SystemExit(2)
