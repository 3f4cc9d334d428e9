"""What Schemathesis is not to ask; it imports this by name."""

from typing import Any
from urllib.parse import urlencode

import schemathesis

# Beyond 8 kB the edge answers 414 by itself, whoever is asked: tests/ops/test_edge.py.
LONGEST_QUERY = 4000


@schemathesis.hook
def filter_query(_context: object, query: dict[str, Any] | None) -> bool:
    """Whether to ask with this query."""
    return len(urlencode(query or {}, doseq=True)) <= LONGEST_QUERY
