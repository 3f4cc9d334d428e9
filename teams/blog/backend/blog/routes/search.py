"""Full-text search."""

from apiflask import APIBlueprint

from blog import reply_schemas, schemas, shapes
from blog.routes.access import blog, viewer
from blog.routes.articles import OPTIONAL
from blog.routes.replies import reply
from blog.services import search

bp = APIBlueprint("search", __name__, url_prefix="/api/search", tag="Search")


@bp.get("")
@bp.input(schemas.SearchQuery, location="query")
@bp.output(reply_schemas.FoundReply)
@bp.doc(operation_id="SearchArticles", security=OPTIONAL, responses=[401, 422])
def find(query_data: schemas.SearchQuery):
    """Articles with all the words, in Korean and English, the best first; the words are marked with <mark>"""
    found, total = search.find(blog(), viewer=viewer(), **query_data.model_dump())
    items = [shapes.article_item(hit.article) | {"highlight": {"title": hit.title, "body": hit.body}} for hit in found]
    return reply({"articles": items, "articlesCount": total})
