"""Builds, wires and runs the application: python3 -m ecommerce.asgi"""

import django

from ecommerce.config import settings
from teamkit import asgi

django.setup()

from ecommerce.resources import shop  # noqa: E402
from teamkit.django import Handler  # noqa: E402

# Open streams end when the process is told to stop; they would hold it up otherwise.
app = asgi.Application(Handler(), settings(), [asgi.serve_metrics(settings()), lambda: shop().events.end_on_sigterm()])

if __name__ == "__main__":
    asgi.serve(app, settings())
