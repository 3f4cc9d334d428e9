"""The OpenAPI document: valid, complete, and with the specification's own operations in it."""

import re

from openapi_spec_validator import validate

# fmt: off
REALWORLD = {
    "Login", "CreateUser", "GetCurrentUser", "UpdateCurrentUser",
    "GetProfileByUsername", "FollowUserByUsername", "UnfollowUserByUsername",
    "GetArticlesFeed", "GetArticles", "CreateArticle", "GetArticle", "UpdateArticle", "DeleteArticle",
    "GetArticleComments", "CreateArticleComment", "DeleteArticleComment",
    "CreateArticleFavorite", "DeleteArticleFavorite", "GetTags",
}
# fmt: on


def operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


def test_the_document_is_valid_openapi(visitor):
    validate(visitor("GET", "/openapi.json").json)


def test_every_route_is_described(app, visitor):
    described = {(path, method) for path, method, _ in operations(visitor("GET", "/openapi.json").json)}

    hidden = ("/api/docs", "/api/openapi.json", "/static")
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith(hidden):
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
            for method in rule.methods - {"HEAD", "OPTIONS"}:
                assert (path, method) in described


def test_realworlds_operations_keep_their_names(visitor):
    names = {operation.get("operationId") for _, _, operation in operations(visitor("GET", "/openapi.json").json)}

    assert names >= REALWORLD


def test_refusals_have_the_shape_of_their_kind(visitor):
    for path, method, operation in operations(visitor("GET", "/openapi.json").json):
        kind = "application/json" if operation.get("operationId") in REALWORLD else "application/problem+json"
        for status, response in operation["responses"].items():
            if int(status) >= 400 and not path.startswith("/api/health"):
                assert kind in response["content"], (method, path, status)


def test_the_docs_page_comes_from_our_own_files(visitor):
    page = visitor("GET", "/docs")

    assert page.status_code == 200
    assert not re.search(r"https?://", page.text)
    assert visitor("GET", "/docs/swagger-ui-bundle.js").status_code == 200
