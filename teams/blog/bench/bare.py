"""The least that Flask can do with the same server: what the blog's figures are held against.

Read by gunicorn as `bare:app`, with the blog's own gunicorn configuration.
"""

import orjson
import redis
from flask import Flask, Response
from sqlalchemy import text

from blog.config import settings
from teamkit.connections import database_engine, redis_client

BODY_BYTES = 9_000  # what a page of 20 articles takes
KEY = "blog:bench"

app = Flask(__name__)
configuration = settings()
engine = database_engine(configuration)
store: redis.Redis = redis_client(configuration)
fixed = b'{"articles":"' + b"x" * BODY_BYTES + b'"}'
store.set(KEY, fixed)
query = text("SELECT id, slug, title, description, created_at FROM articles ORDER BY created_at DESC, id DESC LIMIT 20")


def reply(body: bytes) -> Response:
    return Response(body, mimetype="application/json")


@app.get("/fixed")
def a_fixed_body() -> Response:
    return reply(fixed)


@app.get("/select")
def one_select() -> Response:
    with engine.connect() as connection:
        rows = connection.execute(query).mappings().all()
    return reply(orjson.dumps([dict(row) for row in rows]))


@app.get("/get")
def one_redis_get() -> Response:
    return reply(store.get(KEY))


@app.get("/api/health/ready")
def ready() -> Response:
    return reply(b"{}")
