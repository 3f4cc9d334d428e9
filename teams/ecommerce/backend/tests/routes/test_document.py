"""The frontend's types are made from this document."""

import json
import os
from pathlib import Path

from openapi_spec_validator import validate

COPY = Path(__file__).parents[3] / "frontend/openapi.json"


def test_the_document_is_valid_openapi(visitor):
    validate(visitor("GET", "/api/openapi.json").json)


def test_the_frontend_has_this_document(visitor):
    """After a change: UPDATE_OPENAPI=1 ./nox -s tests -- -k the_frontend_has_this_document, then npm run schema."""
    document = visitor("GET", "/api/openapi.json").json
    if os.environ.get("UPDATE_OPENAPI"):
        COPY.write_text(json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")

    assert json.loads(COPY.read_text(encoding="utf-8")) == document
