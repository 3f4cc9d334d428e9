"""Articles: lists and single ones."""

from apiflask import APIBlueprint
from flask import g

from blog import reply_schemas, schemas, shapes
from blog.routes.access import blog, signed_in, viewer
from blog.routes.replies import fresh, no_content, reply
from blog.services import articles, freshness, listings

bp = APIBlueprint("articles", __name__, url_prefix="/api/articles", tag="Articles")
own = APIBlueprint("own_articles", __name__, url_prefix="/api/user/articles", tag="Drafts")

OPTIONAL = [{}, {"Token": []}]


@bp.get("")
@bp.input(schemas.ArticlesQuery, location="query")
@bp.output(reply_schemas.ArticlesReply)
@bp.doc(operation_id="GetArticles", security=OPTIONAL, responses=[401, 422])
def newest(query_data: schemas.ArticlesQuery):
    """Published articles, the newest first, with their total; filters add up"""
    reader = viewer()
    wanted = {"limit": query_data.limit, "offset": query_data.offset} | query_data.filters()

    def make() -> bytes:
        return page(listings.everybodys(blog(), viewer=reader, **wanted))

    if reader:
        return fresh(make(), public=False)
    return fresh(freshness.of_lists(blog(), tuple(sorted(wanted.items())), make), public=True)


@bp.get("/feed")
@signed_in
@bp.input(schemas.Page, location="query")
@bp.output(reply_schemas.ArticlesReply)
@bp.doc(operation_id="GetArticlesFeed", security="Token", responses=[401, 422])
def feed(query_data: schemas.Page):
    """Articles of the authors you follow, the newest first"""
    found = listings.feed(blog(), viewer=g.user.id, limit=query_data.limit, offset=query_data.offset)
    return fresh(page(found), public=False)


@bp.post("")
@signed_in
@bp.input(schemas.NewArticleRequest)
@bp.output(reply_schemas.ArticleReply, status_code=201)
@bp.doc(operation_id="CreateArticle", security="Token", responses=[401, 409, 422, 429])
def create(json_data: schemas.NewArticleRequest):
    """Publish an article, keep it as a draft, or schedule it with publishAt"""
    article = articles.create(blog(), author=g.user.id, **json_data.article.model_dump())
    return reply({"article": shapes.article(article)}, 201)


@bp.get("/<slug>")
@bp.output(reply_schemas.ArticleReply)
@bp.doc(operation_id="GetArticle", security=OPTIONAL, responses=[401, 404])
def get(slug: str):
    """One article"""
    reader = viewer()

    def make() -> bytes:
        return shapes.json({"article": shapes.article(articles.get(blog(), slug=slug, viewer=reader))})

    if reader:
        return fresh(make(), public=False)
    return fresh(freshness.of_article(blog(), slug, make), public=True)


@bp.put("/<slug>")
@signed_in
@bp.input(schemas.UpdateArticleRequest)
@bp.output(reply_schemas.ArticleReply)
@bp.doc(operation_id="UpdateArticle", security="Token", responses=[401, 403, 404, 409, 422, 429])
def change(slug: str, json_data: schemas.UpdateArticleRequest):
    """Change your article; what is left out stays, a new title gives a new slug"""
    wanted = json_data.article
    article = articles.change(blog(), slug=slug, author=g.user.id, changes=wanted.changes(), based_on=wanted.based_on)
    return reply({"article": shapes.article(article)})


@bp.delete("/<slug>")
@signed_in
@bp.output({}, status_code=204)
@bp.doc(operation_id="DeleteArticle", security="Token", responses=[401, 403, 404, 429])
def remove(slug: str):
    """Delete your article with its comments, favourites, cover and history"""
    articles.remove(blog(), slug=slug, author=g.user.id)
    return no_content()


@own.get("")
@signed_in
@own.input(schemas.OwnArticlesQuery, location="query")
@own.output(reply_schemas.OwnArticlesReply)
@own.doc(operation_id="GetOwnArticles", security="Token", responses=[401, 422])
def mine(query_data: schemas.OwnArticlesQuery):
    """Your own articles, drafts among them"""
    found = listings.own(blog(), viewer=g.user.id, **query_data.model_dump())
    return fresh(page(found, shapes.own_item), public=False)


def page(found: listings.Page, shape=shapes.article_item) -> bytes:
    return shapes.json({"articles": [shape(row) for row in found.articles], "articlesCount": found.total})
