"""Finishes the OpenAPI document: which refusals each operation can answer with, and in which shape."""

from http import HTTPStatus

from blog.routes import REALWORLD

_realworld = frozenset(blueprint.tag for blueprint in REALWORLD)

_SCHEMAS = {
    "Errors": {
        "type": "object",
        "required": ["errors"],
        "properties": {
            "errors": {
                "type": "object",
                "additionalProperties": {"type": "array", "items": {"type": "string"}},
            }
        },
        "example": {"errors": {"title": ["can't be blank"]}},
    },
    "Problem": {
        "type": "object",
        "required": ["type", "title", "status", "code"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "code": {"type": "string"},
            "detail": {"type": "string"},
            "errors": {
                "type": "object",
                "additionalProperties": {"type": "array", "items": {"type": "string"}},
            },
            "request_id": {"type": "string"},
        },
        "description": "RFC 9457. Programs read `code`.",
    },
}
_ERRORS = {"application/json": {"schema": {"$ref": "#/components/schemas/Errors"}}}
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_TOKEN = {
    "type": "apiKey",
    "in": "header",
    "name": "Authorization",
    "description": "`Token ` and the JWT that sign-up, login and refresh give: `Token xxxxx.yyyyy.zzzzz`.",
}


def finish(document: dict) -> dict:
    components = document.setdefault("components", {})
    components.setdefault("schemas", {}).update(_SCHEMAS)
    components["securitySchemes"] = {"Token": _TOKEN}
    for path, operations in document["paths"].items():
        for operation in operations.values():
            _describe(path, operation)
    return document


def _describe(path: str, operation: dict) -> None:
    responses = operation["responses"]
    possible = {int(status) for status in responses if int(status) >= 400}
    if not path.startswith("/api/health"):
        # A NUL in the path, a database that is restarting: these can meet any request.
        possible |= {422, 503}
    if "requestBody" in operation:
        possible |= {413, 415, 422}
    content = _ERRORS if operation.get("tags", [None])[0] in _realworld else _PROBLEM
    for status in sorted(possible):
        responses[str(status)] = {"description": HTTPStatus(status).phrase, "content": content}
        if status == 404 and any(parameter["schema"].get("type") == "integer" for parameter in _path(operation)):
            # A number that is none leads to no route, so no blueprint gives the reply its shape.
            responses["404"]["content"] = _ERRORS | _PROBLEM
        if status in (429, 503):
            responses[str(status)]["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}


def _path(operation: dict) -> list[dict]:
    return [parameter for parameter in operation["parameters"] if parameter["in"] == "path"]
