"""One process that serves hundreds of waiting streams; more of them are more containers."""

# First of all: psycopg looks once, when it is imported, whether it must yield to gevent.
from gevent import monkey

monkey.patch_all()

import ssl  # noqa: E402

from gunicorn.glogging import Logger  # noqa: E402

from blog.config import settings  # noqa: E402
from teamkit.gevent import ignore_broken_handshakes  # noqa: E402
from teamkit.logs import GUNICORN  # noqa: E402

# Read here too: a missing secret ends gunicorn with its sentence, instead of one worker after the other.
_settings = settings()

# 8000: the public API. 9000: /metrics, which the edge does not know.
bind = ["0.0.0.0:8000", "0.0.0.0:9000"]
worker_class = "gevent"
workers = 1
worker_connections = 1000
timeout = 30
# As much as nginx lets through: every filter of a list at its longest, in Korean, percent-encoded.
limit_request_line = 8190
# Longer than any request may take, shorter than Compose's stop_grace_period.
graceful_timeout = 20
# An idle connection holds a stop up for as long; nginx opens a new one a request anyway.
keepalive = 2
worker_tmp_dir = "/tmp"
control_socket_disable = True

certfile = _settings.tls_cert
keyfile = _settings.tls_key

logconfig_dict = GUNICORN


class NoAccessLog(Logger):
    """teamkit writes one that knows the request id and the route; with a logconfig gunicorn adds its own."""

    def access(self, *_):
        pass


logger_class = NoAccessLog


def ssl_context(config, default_ssl_context_factory):
    context = default_ssl_context_factory()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # The edge opens a connection a request and cannot resume one (docs/decisions/0011): tickets would be thrown away.
    context.num_tickets = 0
    return context


def post_fork(server, worker):
    """Of the edge, too, some handshakes break off: it waits for a second."""
    ignore_broken_handshakes()


def post_worker_init(worker):
    """A stream lasts as long as its reader likes: end them when the process is to stop."""
    from blog.wsgi import app

    app.extensions["blog"].events.end_on_sigterm()
