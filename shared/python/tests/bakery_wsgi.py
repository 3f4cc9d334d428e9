"""What gunicorn loads."""

import os

from teamkit import flask
from tests import bakery_api

# The tests run beside other servers, so the internal port is not always 9000.
flask.INTERNAL_PORT = os.environ["INTERNAL_PORT"]
app = bakery_api.build(bakery_api.Bakery.load())
