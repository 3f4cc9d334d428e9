import time

import pytest

from teamkit import signatures

KEY = "0123456789abcdef" * 4


def test_a_signature_fits_its_key_and_its_body() -> None:
    made = signatures.sign(KEY, b"body")

    assert signatures.verify(KEY, b"body", made)
    assert not signatures.verify(KEY, b"another body", made)
    assert not signatures.verify("another key", b"body", made)


@pytest.mark.parametrize("header", ["", "t=1", "t=,v1=", "t=99999999999999999,v1=" + "0" * 64, "t=1,v1=é"])
def test_rubbish_is_no_signature(header: str) -> None:
    assert not signatures.verify(KEY, b"body", header)


@pytest.mark.parametrize("seconds", [-301, 301])
def test_an_old_signature_and_one_of_the_future_are_refused(seconds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    made = signatures.sign(KEY, b"body")
    now = time.time()

    monkeypatch.setattr(time, "time", lambda: now + seconds)

    assert not signatures.verify(KEY, b"body", made)
