"""Background work. Every task may run twice, or be lost on the way and sent again; see teamkit.queue.

celery --quiet -A blog.tasks worker --concurrency 1 --without-gossip --without-mingle
celery --quiet -A blog.tasks beat --schedule /tmp/unused
"""

from functools import cache
from uuid import UUID

import structlog
from celery import Task
from kombu.exceptions import OperationalError as BrokerDown
from redis import RedisError
from sqlalchemy.exc import OperationalError

from blog import resources
from blog.config import settings
from blog.services import articles, covers
from teamkit.queue import celery_app, retrying

# An upload that is older than this and still there was forgotten by the queue.
FORGOTTEN_SECONDS = 60

log = structlog.get_logger()

app = celery_app(
    settings(),
    "blog.tasks",
    {
        "publish what is due": {
            "task": "blog.tasks.publish_due",
            "schedule": 2.0,
            "options": {"expires": 10},
        },
        "send forgotten covers": {
            "task": "blog.tasks.send_forgotten_covers",
            "schedule": 30.0,
            "options": {"expires": 30},
        },
    },
)


@cache
def blog() -> resources.Blog:
    """Made in the process that uses it: a connection that crosses a fork serves two masters."""
    return resources.make(settings())


def _give_up(_task: Task, upload_id: str) -> None:
    covers.give_up(blog(), UUID(upload_id))


@app.task(on_abandoned=_give_up, **retrying(OperationalError, RedisError))
def process_cover(upload_id: str) -> None:
    covers.process(blog(), UUID(upload_id))


@app.task
def publish_due() -> None:
    articles.publish_due(blog())


@app.task
def send_forgotten_covers() -> None:
    for upload_id in covers.waiting(blog(), seconds=FORGOTTEN_SECONDS):
        enqueue(process_cover, str(upload_id))


def enqueue(task: Task, *arguments: str) -> None:
    """Send a task whose row is already stored. If the broker is down, beat sends it later."""
    try:
        task.delay(*arguments)
    except (BrokerDown, RedisError, OSError) as error:
        log.warning("a task waits for the broker", task=task.name, error=str(error))
