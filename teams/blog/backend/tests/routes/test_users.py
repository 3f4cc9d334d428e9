"""RealWorld: users and authentication; and the sessions beyond it."""

import jwt
import pytest

PASSWORD = "correct horse"


def new_user(**changes):
    return {"user": {"username": "kim", "email": "kim@example.com", "password": PASSWORD} | changes}


def test_sign_up_gives_the_user_and_both_tokens(visitor):
    reply = visitor("POST", "/users", new_user())

    assert reply.status_code == 201
    user = reply.json["user"]
    assert set(user) == {"username", "email", "bio", "image", "token", "refreshToken"}
    assert (user["username"], user["bio"], user["image"]) == ("kim", None, None)


@pytest.mark.parametrize("field", ["username", "email", "password"])
@pytest.mark.parametrize("value", ["", "   ", None])
def test_blank_fields_are_named(visitor, field, value):
    reply = visitor("POST", "/users", new_user(**{field: value}))

    assert reply.status_code == 422
    assert reply.json == {"errors": {field: ["can't be blank"]}}


def test_every_missing_field_is_named(visitor):
    reply = visitor("POST", "/users", {"user": {}})

    assert reply.json["errors"].keys() == {"username", "email", "password"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "other@example.com"}, "username"),
        ({"email": "other@example.com", "username": "KIM"}, "username"),
        ({"username": "lee"}, "email"),
        ({"username": "lee", "email": "KIM@example.com"}, "email"),
    ],
)
def test_a_name_or_an_email_has_one_owner(visitor, changes, field):
    visitor("POST", "/users", new_user())

    reply = visitor("POST", "/users", new_user(**changes))

    assert reply.status_code == 409
    assert reply.json == {"errors": {field: ["has already been taken"]}}


@pytest.mark.parametrize(
    "user", [{"email": "kim@example.com", "password": "wrong"}, {"email": "no@x.org", "password": PASSWORD}]
)
def test_wrong_credentials_do_not_say_which(visitor, user):
    visitor("POST", "/users", new_user())

    reply = visitor("POST", "/users/login", {"user": user})

    assert reply.status_code == 401
    assert reply.json == {"errors": {"credentials": ["invalid"]}}


def test_login_takes_the_email_in_any_case(visitor):
    visitor("POST", "/users", new_user())

    reply = visitor("POST", "/users/login", {"user": {"email": "Kim@Example.com", "password": PASSWORD}})

    assert reply.status_code == 200


def forged(token, key, **options):
    claims = jwt.decode(token, options={"verify_signature": False})
    return jwt.encode(claims | options.pop("claims", {}), key, **options)


def test_no_forged_token_gets_in(owner, settings):
    key = settings.jwt_key.get_secret_value()
    forgeries = [
        "nonsense", owner.token[:-2], forged(owner.token, "x" * 40, algorithm="HS256"),
        forged(owner.token, "", algorithm="none"), forged(owner.token, key, algorithm="HS512"),
        forged(owner.token, key, algorithm="HS256", claims={"exp": 1}),
        forged(owner.token, key, algorithm="HS256", claims={"aud": "chat"}),
        forged(owner.token, key, algorithm="HS256", claims={"sub": "999999"}),
        forged(owner.token, key, algorithm="HS256", claims={"sub": "robert'); drop"}),
    ]  # fmt: skip

    for token in forgeries:
        owner.token = token
        reply = owner("GET", "/user")
        assert reply.status_code == 401, token
        assert reply.json == {"errors": {"token": ["is invalid"]}}


def test_a_wrong_token_is_refused_even_where_none_is_needed(owner):
    owner.token = "nonsense"

    assert owner("GET", "/articles").status_code == 401


def test_the_current_user_can_change_what_is_sent_and_only_that(owner):
    reply = owner("PUT", "/user", {"user": {"bio": "I write", "image": "https://example.com/me.png"}})

    assert reply.json["user"]["bio"] == "I write"
    assert reply.json["user"]["username"] == "owner"
    assert owner("GET", "/user").json["user"]["image"] == "https://example.com/me.png"


@pytest.mark.parametrize("empty", ["", None])
def test_an_empty_bio_or_image_is_null(owner, empty):
    owner("PUT", "/user", {"user": {"bio": "I write", "image": "x"}})

    user = owner("PUT", "/user", {"user": {"bio": empty, "image": empty}}).json["user"]

    assert (user["bio"], user["image"]) == (None, None)


@pytest.mark.parametrize("field", ["username", "email", "password"])
@pytest.mark.parametrize("value", ["", None])
def test_what_a_user_must_have_cannot_be_emptied(owner, field, value):
    reply = owner("PUT", "/user", {"user": {field: value}})

    assert reply.status_code == 422
    assert reply.json == {"errors": {field: ["can't be blank"]}}


def test_another_users_name_cannot_be_taken_over(owner, other):
    assert owner("PUT", "/user", {"user": {"username": "other"}}).status_code == 409


def test_a_refresh_token_works_once_and_its_reuse_ends_the_session(owner):
    first = owner("POST", "/users/refresh", {"refreshToken": owner.refresh})
    again = owner("POST", "/users/refresh", {"refreshToken": owner.refresh})
    successor = owner("POST", "/users/refresh", {"refreshToken": first.json["user"]["refreshToken"]})

    assert (first.status_code, again.status_code, successor.status_code) == (200, 401, 401)
    assert again.mimetype == "application/problem+json"


def test_after_logout_the_refresh_token_is_worth_nothing(owner):
    assert owner("POST", "/users/logout", {"refreshToken": owner.refresh}).status_code == 204
    assert owner("POST", "/users/refresh", {"refreshToken": owner.refresh}).status_code == 401


def test_a_new_password_ends_every_session(owner):
    owner("PUT", "/user", {"user": {"password": "another horse"}})

    assert owner("POST", "/users/refresh", {"refreshToken": owner.refresh}).status_code == 401


def test_guessing_passwords_is_stopped_with_the_time_to_wait(visitor, settings):
    wrong = {"user": {"email": "victim@example.com", "password": "guess"}}
    for _ in range(settings.logins_per_account_per_minute):
        visitor("POST", "/users/login", wrong)

    reply = visitor("POST", "/users/login", wrong)

    assert reply.status_code == 429
    assert 1 <= int(reply.headers["Retry-After"]) <= 60
    assert "errors" in reply.json
