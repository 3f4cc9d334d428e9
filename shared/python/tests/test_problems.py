import pytest

from teamkit.problems import Conflict, Invalid, NotFound, Refused, TooMany, Unauthenticated, problem


class OutOfBread(Refused):
    code, status, title = "out_of_bread", 409, "The bread is sold out."


def test_a_problem_has_the_fields_of_rfc_9457_and_a_code() -> None:
    body = problem(OutOfBread("Come back at six."), "abc-12345")

    assert body == {
        "type": "urn:problem:out_of_bread",
        "title": "The bread is sold out.",
        "status": 409,
        "code": "out_of_bread",
        "detail": "Come back at six.",
        "request_id": "abc-12345",
    }


def test_what_is_not_known_is_left_out() -> None:
    assert set(problem(NotFound())) == {"type", "title", "status", "code"}


def test_invalid_says_what_is_wrong_with_each_field() -> None:
    body = problem(Invalid(errors={"title": ("is empty",)}))

    assert body["status"] == 422
    assert body["errors"] == {"title": ["is empty"]}


@pytest.mark.parametrize(("seconds", "header"), [(0.0, "1"), (0.2, "1"), (12.1, "13")])
def test_too_many_asks_for_whole_seconds_of_patience(seconds: float, header: str) -> None:
    assert TooMany(seconds).headers == {"Retry-After": header}


def test_unauthenticated_names_a_scheme() -> None:
    assert Unauthenticated(scheme="Token").headers == {"WWW-Authenticate": "Token"}


def test_a_refusal_reads_as_its_detail_or_its_title() -> None:
    assert str(Conflict("taken")) == "taken"
    assert str(Conflict()) == Conflict.title
