"""Refusals in RealWorld's words: {"errors": {"title": ["can't be blank"]}}."""

from flask import request
from pydantic import ValidationError

from blog.routes import REALWORLD
from teamkit.problems import Refused

_realworld = frozenset(blueprint.name for blueprint in REALWORLD)

# What pydantic says, in the words that RealWorld's clients know. Its own words stand for the rest.
_WORDS = {
    "missing": "can't be blank",
    "int_parsing": "is not a number",
    "int_parsing_size": "is too large",
    "string_type": "must be a text",
    "string_unicode": "must be a text",
    "list_type": "must be a list",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
}
_WRAPPERS = ("user", "article", "comment")


def shape(refused: Refused) -> tuple[dict, str] | None:
    """The body for RealWorld's own routes; None elsewhere, which is problem+json."""
    if request.blueprint not in _realworld:
        return None
    errors = refused.errors or {refused.code: [refused.detail or refused.title]}
    return {"errors": errors}, "application/json"


def in_words(error: ValidationError) -> dict[str, list[str]]:
    """Field -> messages. The wrapper around all fields, and the place in a list, say nothing to a reader."""
    errors: dict[str, list[str]] = {}
    for problem in error.errors(include_url=False, include_context=False):
        names = [name for name in problem["loc"] if isinstance(name, str)]
        if len(names) > 1 and names[0] in _WRAPPERS:
            names = names[1:]
        field = names[0] if names else "body"
        errors.setdefault(field, []).append(_message(problem))
    return errors


def _message(problem: dict) -> str:
    # Null is no text, and to its reader it is a blank.
    if problem["type"].endswith("_type") and problem["input"] is None:
        return "can't be blank"
    return _WORDS.get(problem["type"], problem["msg"])
