"""Favourites."""

from apiflask import APIBlueprint
from flask import g

from blog import reply_schemas, shapes
from blog.routes.access import blog, signed_in
from blog.routes.replies import reply
from blog.services import favorites

bp = APIBlueprint("favorites", __name__, url_prefix="/api/articles/<slug>/favorite", tag="Favorites")


@bp.post("")
@signed_in
@bp.output(reply_schemas.ArticleReply)
@bp.doc(operation_id="CreateArticleFavorite", security="Token", responses=[401, 404, 429])
def add(slug: str):
    """Favour an article; twice counts once"""
    return reply({"article": shapes.article(favorites.add(blog(), slug=slug, user=g.user.id))})


@bp.delete("")
@signed_in
@bp.output(reply_schemas.ArticleReply)
@bp.doc(operation_id="DeleteArticleFavorite", security="Token", responses=[401, 404, 429])
def remove(slug: str):
    """Take a favourite back"""
    return reply({"article": shapes.article(favorites.remove(blog(), slug=slug, user=g.user.id))})
