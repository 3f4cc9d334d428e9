"""Accounts: signing up, signing in, and what people say about themselves."""

from sqlalchemy import Row, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from blog import errors
from blog.models import users
from blog.resources import Blog
from blog.services import freshness
from teamkit import passwords

_columns = (users.c.id, users.c.username, users.c.email, users.c.bio, users.c.image)
_by_id = select(*_columns).where(users.c.id == bindparam("id"))
_by_email = select(*_columns, users.c.password_hash).where(func.lower(users.c.email) == func.lower(bindparam("email")))


def find(blog: Blog, user_id: int) -> Row | None:
    with blog.reading.connect() as connection:
        return connection.execute(_by_id, {"id": user_id}).one_or_none()


def sign_up(blog: Blog, *, username: str, email: str, password: str) -> Row:
    """A new account. Refused with Taken where the username or the email has an owner."""
    values = {"username": username, "email": email, "password_hash": passwords.hash(password)}
    try:
        with blog.database.begin() as connection:
            return connection.execute(insert(users).values(values).returning(*_columns)).one()
    except IntegrityError as error:
        raise _taken(error) from error


def log_in(blog: Blog, *, email: str, password: str) -> Row:
    """The account of this email, if the password is right. An unknown email takes as long as a wrong one."""
    with blog.reading.connect() as connection:
        user = connection.execute(_by_email, {"email": email}).one_or_none()
    if user is None:
        passwords.verify_nothing(password)
        raise errors.WrongCredentials
    if not passwords.verify(user.password_hash, password):
        raise errors.WrongCredentials
    return user


def change(blog: Blog, *, user_id: int, changes: dict) -> Row:
    """Change only what `changes` names: username, email, password, bio, image.

    A new password ends every other session: whoever stole the old one is out.
    """
    values = dict(changes)
    password = values.pop("password", None)
    if password is not None:
        values["password_hash"] = passwords.hash(password)
    try:
        with blog.database.begin() as connection:
            if values:
                connection.execute(update(users).where(users.c.id == user_id).values(values))
            user = connection.execute(_by_id, {"id": user_id}).one()
    except IntegrityError as error:
        raise _taken(error) from error

    if password is not None:
        blog.tokens.revoke_all(str(user_id))
    if values.keys() & {"username", "bio", "image"}:
        freshness.author_changed(blog)
    return user


def _taken(error: IntegrityError) -> errors.Taken:
    constraint = error.orig.diag.constraint_name or ""
    return errors.Taken("email" if "email" in constraint else "username")
