"""Who writes, and who follows whom."""

from sqlalchemy import Row, bindparam, delete, exists, select
from sqlalchemy.dialects.postgresql import insert

from blog import errors
from blog.models import follows, users
from blog.resources import Blog

_profile = select(
    users.c.id,
    users.c.username,
    users.c.bio,
    users.c.image,
    exists()
    .where(follows.c.follower_id == bindparam("viewer"), follows.c.followed_id == users.c.id)
    .label("following"),
).where(users.c.username == bindparam("username"))


def get(blog: Blog, *, username: str, viewer: int) -> Row:
    """The profile as `viewer` sees it; 0 is a visitor who follows nobody."""
    with blog.reading.connect() as connection:
        return _get(connection, username, viewer)


def follow(blog: Blog, *, username: str, follower: int) -> Row:
    """Following twice, or oneself, changes nothing."""
    with blog.database.begin() as connection:
        profile = _get(connection, username, follower)
        if profile.id != follower:
            values = {"follower_id": follower, "followed_id": profile.id}
            connection.execute(insert(follows).values(values).on_conflict_do_nothing())
        return _get(connection, username, follower)


def unfollow(blog: Blog, *, username: str, follower: int) -> Row:
    with blog.database.begin() as connection:
        profile = _get(connection, username, follower)
        connection.execute(
            delete(follows).where(follows.c.follower_id == follower, follows.c.followed_id == profile.id)
        )
        return _get(connection, username, follower)


def _get(connection, username: str, viewer: int) -> Row:
    profile = connection.execute(_profile, {"username": username, "viewer": viewer}).one_or_none()
    if profile is None:
        raise errors.ProfileNotFound
    return profile
