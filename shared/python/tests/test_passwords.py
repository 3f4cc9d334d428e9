import time
from collections.abc import Callable

import pytest

from teamkit import passwords


def test_a_password_fits_its_own_hash_only() -> None:
    stored = passwords.hash("correct horse")

    assert passwords.verify(stored, "correct horse")
    assert not passwords.verify(stored, "correct house")
    assert "correct" not in stored


def test_two_hashes_of_one_password_differ() -> None:
    assert passwords.hash("same") != passwords.hash("same")


def test_the_parameters_fit_a_small_container() -> None:
    assert passwords.hash("x").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize("damaged", ["", "plain", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$"])
def test_a_damaged_hash_is_a_no(damaged: str) -> None:
    assert not passwords.verify(damaged, "anything")


@pytest.mark.parametrize("strange", ["", "\0", "한" * 10_000, "\ud800", "🥖"])
def test_any_text_can_be_a_password(strange: str) -> None:
    assert passwords.verify(passwords.hash(strange), strange)


def test_korean_typed_on_a_mac_is_the_same_password() -> None:
    composed, decomposed = "한글", "\u1112\u1161\u11ab\u1100\u1173\u11af"

    assert passwords.verify(passwords.hash(composed), decomposed)


def test_an_unknown_user_costs_as_much_as_a_wrong_password() -> None:
    def fastest(work: Callable[[], object]) -> float:
        times = []
        for _ in range(5):
            started = time.perf_counter()
            work()
            times.append(time.perf_counter() - started)
        return min(times)

    stored = passwords.hash("x")
    known, unknown = fastest(lambda: passwords.verify(stored, "y")), fastest(lambda: passwords.verify_nothing("y"))

    assert not passwords.verify_nothing("y")
    assert 0.5 < unknown / known < 2
    assert not passwords.needs_rehash(passwords._NOBODY)


def test_weaker_hashes_are_to_be_made_anew() -> None:
    weak = "$argon2id$v=19$m=4096,t=1,p=1$c29tZXNhbHQ$" + "A" * 43

    assert passwords.needs_rehash(weak)
    assert not passwords.needs_rehash(passwords.hash("x"))
