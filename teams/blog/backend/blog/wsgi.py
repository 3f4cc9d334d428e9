"""Builds and wires the application: gunicorn -c gunicorn.conf.py blog.wsgi:app"""

import flask
import orjson
from apiflask import APIFlask
from flask import request
from pydantic import ValidationError
from werkzeug.exceptions import UnsupportedMediaType

from blog import config, document, refusals, resources
from blog.pages import PAGES
from blog.routes import BEYOND, REALWORLD
from teamkit import flask as teamkit_flask
from teamkit.apiflask import browser_reports
from teamkit.browser import Reports
from teamkit.connections import ping_database, ping_redis
from teamkit.health import Health
from teamkit.problems import Invalid


class Request(flask.Request):
    def get_json(self, *_, **__):
        """The body as JSON says it, or a refusal: not JSON is 415, broken JSON is 422."""
        if not self.is_json:
            raise UnsupportedMediaType("Send application/json.")
        try:
            return orjson.loads(self.get_data())
        except orjson.JSONDecodeError:
            raise Invalid(errors={"body": ["is not valid JSON"]}) from None


class Application(APIFlask):
    request_class = Request

    def ensure_sync(self, func):
        """No view here is async, and APIFlask asks anew for each decorator of each request."""
        return func


def create_app(settings: config.Settings) -> Application:
    blog = resources.make(settings)
    app = Application("blog", title="Blog", version="1.0.0", spec_path="/api/openapi.json", docs_path=None)
    app.extensions["blog"] = blog
    app.config.update(
        OPENAPI_VERSION="3.1.0",
        MAX_CONTENT_LENGTH=settings.json_max_bytes,
        # The document module says which refusals are possible; these would guess.
        AUTO_404_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_SERVERS=False,
    )
    app.spec_processor(document.finish)
    app.before_request(_refuse_nul)
    reports = browser_reports(
        Reports(settings.service, PAGES), blog.limits, settings.browser_reports_per_address_per_minute
    )
    for blueprint in (*REALWORLD, *BEYOND, reports):
        app.register_blueprint(blueprint)

    health = Health({"database": ping_database(blog.database), "redis": ping_redis(blog.redis)})
    teamkit_flask.install(app, settings, health, shape=refusals.shape)
    _put_validation_in_words(app)
    return app


def _refuse_nul() -> None:
    # PostgreSQL cannot even compare a text with this character in it.
    if "\0" in request.path:
        raise Invalid(errors={"path": ["must not contain a NUL character"]})


def _put_validation_in_words(app: Application) -> None:
    answer = app.error_callback

    @app.error_processor
    def in_words(error):
        if isinstance(error.__cause__, ValidationError):
            error.detail = {"body": refusals.in_words(error.__cause__)}
        return answer(error)


app = create_app(config.settings())
