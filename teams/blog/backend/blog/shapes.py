"""Rows as the JSON that clients get. By hand: a library would cost more than the query of 20 articles."""

import orjson
from sqlalchemy import Row

from teamkit.moments import moment


def json(reply: dict) -> bytes:
    return orjson.dumps(reply)


def user(row: Row, token: str, refresh: str | None = None) -> dict:
    reply = {"email": row.email, "token": token, "username": row.username, "bio": row.bio, "image": row.image}
    if refresh is not None:
        reply["refreshToken"] = refresh
    return {"user": reply}


def profile(row: Row) -> dict:
    return {"username": row.username, "bio": row.bio, "image": row.image, "following": row.following}


def article_item(row: Row) -> dict:
    """An article in a list: never its body."""
    return {
        "slug": row.slug,
        "title": row.title,
        "description": row.description,
        "tagList": row.tag_list,
        "createdAt": moment(row.created_at),
        "updatedAt": moment(row.updated_at),
        "favorited": row.favorited,
        "favoritesCount": row.favorites_count,
        "cover": row.cover,
        "author": profile(row),
    }


def own_item(row: Row) -> dict:
    return article_item(row) | {"status": row.status, "publishAt": moment(row.publish_at)}


def article(row: Row) -> dict:
    return own_item(row) | {"body": row.body, "bodyHtml": row.body_html}


def comment(row: Row) -> dict:
    return {
        "id": row.id,
        "createdAt": moment(row.created_at),
        "updatedAt": moment(row.updated_at),
        "body": row.body,
        "author": profile(row),
    }


def revision_item(row: Row) -> dict:
    return {"number": row.number, "title": row.title, "createdAt": moment(row.created_at)}


def revision(row: Row) -> dict:
    return revision_item(row) | {"description": row.description, "body": row.body}
