"""Swagger UI from our own files: a demo room may have no network, and a CDN would see every visitor.

The files come with the package `flask-swagger-ui`, of which an image needs only `dist/swagger-ui-bundle.js`,
`dist/swagger-ui.css` and `dist/LICENSE`; its Python code is not imported.
"""

import functools
import importlib.util
from pathlib import Path

# No 'unsafe-inline': the page starts Swagger UI from a file of its own.
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</body>
</html>
"""
_START = """SwaggerUIBundle({
  url: "%s", dom_id: "#docs", deepLinking: true, persistAuthorization: false, validatorUrl: null
});
"""
_FILES = {
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "swagger-ui.css": "text/css; charset=utf-8",
}


def asset(name: str, openapi_path: str) -> tuple[bytes, str, dict[str, str]] | None:
    """Body, content type and headers of the page (empty name) or one of its files; None if it is not one."""
    if name == "":
        return _PAGE.encode(), "text/html; charset=utf-8", {"Content-Security-Policy": CSP}
    if name == "start.js":
        return (_START % openapi_path).encode(), "text/javascript; charset=utf-8", {}
    if name in _FILES:
        return _file(name), _FILES[name], {"Cache-Control": "public, max-age=86400"}
    return None


@functools.cache
def _file(name: str) -> bytes:
    package = importlib.util.find_spec("flask_swagger_ui")
    if package is None or package.origin is None:
        raise FileNotFoundError("the package flask-swagger-ui is not installed")
    return (Path(package.origin).parent / "dist" / name).read_bytes()
