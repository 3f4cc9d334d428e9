"""One check for each way to end."""

import ctypes
import os
import signal
import time

import pytest

from grading.check import NotChecked, check
from grading.text import Text

SAID = {"en": "said", "ko": "말함"}


@pytest.fixture(scope="session")
def nothing_there():
    raise NotChecked(Text("there is no engine", "엔진이 없음"))


@pytest.fixture(scope="session")
def needs_first():
    raise NotChecked(Text("the long story", "긴 사연"), because="F1.2")


@pytest.fixture(scope="session")
def faulty():
    raise KeyError("the fixture's own mistake")


@check("F1.1", points=2, why=SAID, hint=SAID)
def passes():
    """It passes.

    통과한다.
    """
    return Text("seen 3 of 3", "3개 중 3개 확인")


@check("F1.2", points=3, why=SAID, hint=SAID)
def fails():
    """It fails.

    실패한다.
    """
    assert 1 > 2, Text("1 is not above 2", "1은 2보다 크지 않음")


@check("F1.3", points=1, why=SAID, hint=SAID)
def is_waived():
    """It fails and is waived.

    실패하지만 면제된다.
    """
    raise AssertionError("too large")


@check("F1.4", points=1, why=SAID, hint=SAID)
def lacks_something(nothing_there):
    """It needs what is not there.

    없는 것이 필요하다.
    """


@check("F1.5", points=1, why=SAID, hint=SAID)
def lacks_the_same(nothing_there):
    """It needs the same.

    같은 것이 필요하다.
    """


@check("F1.6", points=1, why=SAID, hint=SAID)
def needs_another_check(needs_first):
    """It needs another check to pass.

    다른 검사의 통과가 필요하다.
    """


@check("F1.7", points=1, why=SAID, hint=SAID, timeout=0.3)
def sleeps():
    """It takes too long.

    너무 오래 걸린다.
    """
    time.sleep(60)


@check("S1.1", points=1, why=SAID, hint=SAID)
def crashes():
    """The grader makes a mistake.

    채점기가 실수한다.
    """
    {}["no such key"]


@check("S1.2", points=1, why=SAID, hint=SAID)
def needs_the_faulty(faulty):
    """A fixture of the grader makes a mistake.

    채점기의 픽스처가 실수한다.
    """


@check("S1.3", points=1, why=SAID, hint=SAID)
def needs_the_faulty_too(faulty):
    """The same mistake again.

    같은 실수가 반복된다.
    """


@check("P1.1", points=1, why=SAID, hint=SAID, timeout=0.3)
def is_deaf():
    """It is blocked where no signal reaches it.

    신호가 닿지 않는 곳에 막혀 있다.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM, signal.SIGTERM})
    ctypes.CDLL(None).pause()


@check("P1.2", points=1, why=SAID, hint=SAID)
def comes_after_the_deaf():
    """It is made although the one before was killed.

    앞의 검사가 강제 종료되어도 실행된다.
    """


@check("P1.3", points=1, why=SAID, hint=SAID)
def dies():
    """It takes its whole process along.

    프로세스 전체를 끌고 죽는다.
    """
    os._exit(9)
