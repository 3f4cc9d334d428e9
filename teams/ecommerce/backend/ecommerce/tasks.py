"""Background work. Every task may run twice, or be lost on the way and sent again; see teamkit.queue.

celery --quiet -A ecommerce.tasks worker --concurrency 1 --without-gossip --without-mingle
celery --quiet -A ecommerce.tasks beat --schedule /tmp/unused
"""

from uuid import UUID

import django
import structlog
from celery import Task
from django.apps import apps
from django.db import InterfaceError, OperationalError
from kombu.exceptions import OperationalError as BrokerDown
from redis import RedisError

from ecommerce.config import settings
from teamkit.queue import celery_app, retrying

if not apps.ready:
    # In the worker nobody has; in the API this module is imported when all is.
    django.setup()

from ecommerce.provider import Provider
from ecommerce.resources import shop
from ecommerce.services import mails, orders, payments, pictures

# An upload that is older than this and still there was forgotten by the queue.
FORGOTTEN_SECONDS = 60

log = structlog.get_logger()


def _every(seconds: float, task: str) -> dict:
    # Not worth doing any more when the next one is due.
    return {"task": f"ecommerce.tasks.{task}", "schedule": seconds, "options": {"expires": 5 * seconds}}


app = celery_app(
    settings(),
    "ecommerce.tasks",
    {
        "give back what nobody paid for": _every(5.0, "expire_orders"),
        "send mails": _every(2.0, "send_mails"),
        "ask after payments": _every(5.0, "reconcile_payments"),
        "send forgotten pictures": _every(30.0, "send_forgotten_pictures"),
    },
)


def _give_up(_task: Task, upload_id: str) -> None:
    pictures.give_up(shop(), UUID(upload_id))


@app.task(on_abandoned=_give_up, **retrying(OperationalError, InterfaceError, RedisError))
def process_picture(upload_id: str) -> None:
    pictures.process(shop(), UUID(upload_id))


@app.task
def expire_orders() -> None:
    orders.expire_due(shop())


@app.task
def send_mails() -> None:
    mails.send()


@app.task
def reconcile_payments() -> None:
    payments.reconcile(shop(), Provider(settings()))


@app.task
def send_forgotten_pictures() -> None:
    for upload_id in pictures.waiting(seconds=FORGOTTEN_SECONDS):
        enqueue(process_picture, str(upload_id))


def enqueue(task: Task, *arguments: str) -> None:
    """Send a task whose row is already stored. If the broker is down, beat sends it later."""
    try:
        task.delay(*arguments)
    except (BrokerDown, RedisError, OSError) as error:
        log.warning("a task waits for the broker", task=task.name, error=str(error))
