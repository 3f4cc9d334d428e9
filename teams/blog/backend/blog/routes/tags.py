"""Tags."""

from apiflask import APIBlueprint

from blog import reply_schemas, shapes
from blog.routes.access import blog
from blog.routes.replies import fresh
from blog.services import freshness, tags

bp = APIBlueprint("tags", __name__, url_prefix="/api/tags", tag="Tags")


@bp.get("")
@bp.output(reply_schemas.TagsReply)
@bp.doc(operation_id="GetTags")
def most_used():
    """The tags of published articles, the most used first"""
    made = freshness.of_lists(blog(), ("tags",), lambda: shapes.json({"tags": tags.most_used(blog())}))
    return fresh(made, public=True)
