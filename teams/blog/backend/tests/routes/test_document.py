"""The OpenAPI document: valid, complete, and with the specification's own operations in it."""

import json
import os
import re
from pathlib import Path

from openapi_spec_validator import validate

COPY = Path(__file__).parents[3] / "frontend/openapi.json"

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


def test_the_frontend_has_this_document(visitor):
    """After a change: UPDATE_OPENAPI=1 ./nox -s tests -- -k the_frontend_has_this_document, then npm run schema."""
    document = visitor("GET", "/openapi.json").json
    if os.environ.get("UPDATE_OPENAPI"):
        COPY.write_text(json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")

    assert json.loads(COPY.read_text(encoding="utf-8")) == document
