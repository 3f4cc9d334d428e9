"""What an operation can answer, for the API's document."""

from typing import Any

from ecommerce.reply_schemas import Problem

_SCHEMA = {"$ref": "#/components/schemas/Problem"}


def possible(status: int, schema: Any, *refusals: int) -> dict[int, Any]:
    """The reply of an operation that succeeds, and the statuses with which it may refuse."""
    return {status: schema} | dict.fromkeys(sorted({*refusals, 422, 503}), Problem)
