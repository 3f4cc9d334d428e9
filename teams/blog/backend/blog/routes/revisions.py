"""The edit history of an article, for its author."""

from apiflask import APIBlueprint
from flask import g

from blog import reply_schemas, shapes
from blog.routes.access import blog, signed_in
from blog.routes.replies import reply
from blog.services import revisions

bp = APIBlueprint("revisions", __name__, url_prefix="/api/articles/<slug>/revisions", tag="Edit history")


@bp.get("")
@signed_in
@bp.output(reply_schemas.RevisionsReply)
@bp.doc(operation_id="GetRevisions", security="Token", responses=[401, 403, 404])
def listed(slug: str):
    """Every text that your article had, the newest first"""
    found = revisions.listed(blog(), slug=slug, author=g.user.id)
    return reply({"revisions": [shapes.revision_item(row) for row in found]})


@bp.get("/<int:number>")
@signed_in
@bp.output(reply_schemas.RevisionReply)
@bp.doc(operation_id="GetRevision", security="Token", responses=[401, 403, 404])
def get(slug: str, number: int):
    """One of them, in full"""
    return reply({"revision": shapes.revision(revisions.get(blog(), slug=slug, number=number, author=g.user.id))})
