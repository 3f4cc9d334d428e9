"""Fills in requests from team.yaml, and finds values in replies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

PLACEHOLDER = re.compile(r"\{(\w+)\}")


class UnknownPlaceholder(Exception):
    """team.yaml uses a `{name}` that nothing has set."""

    def __init__(self, name: str, variables: Mapping[str, Any]) -> None:
        super().__init__(f"team.yaml: {{{name}}} is not known here; known are {', '.join(sorted(variables))}")


def fill(template: Any, variables: Mapping[str, Any]) -> Any:
    """The template with every `{name}` replaced. A string that is nothing but one takes the value as it is."""
    if isinstance(template, Mapping):
        return {key: fill(value, variables) for key, value in template.items()}
    if isinstance(template, list):
        return [fill(value, variables) for value in template]
    if not isinstance(template, str):
        return template
    whole = PLACEHOLDER.fullmatch(template)
    if whole:
        return _value(whole[1], variables)
    return PLACEHOLDER.sub(lambda match: str(_value(match[1], variables)), template)


def fill_path(template: str, variables: Mapping[str, Any]) -> str:
    """The same for a path and its query: values are quoted."""
    return PLACEHOLDER.sub(lambda match: quote(str(_value(match[1], variables)), safe=""), template)


def _value(name: str, variables: Mapping[str, Any]) -> Any:
    if name not in variables:
        raise UnknownPlaceholder(name, variables)
    return variables[name]


MISSING = object()


def look(content: Any, path: str, default: Any = MISSING) -> Any:
    """What is at a dotted path (`user.token`, `items.0.id`; empty: all of it). AssertionError if nothing is there."""
    here = content
    for part in path.split(".") if path else []:
        if isinstance(here, Mapping) and part in here:
            here = here[part]
        elif isinstance(here, list) and part.isdigit() and int(part) < len(here):
            here = here[int(part)]
        elif default is not MISSING:
            return default
        else:
            raise AssertionError(f"the reply has no `{path}`: {str(content)[:300]}")
    return here
