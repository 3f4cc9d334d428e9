"""Two ports, TLS and gevent, as in a team's container."""

from gevent import monkey

monkey.patch_all()

import os  # noqa: E402
import ssl  # noqa: E402

from teamkit import logs  # noqa: E402
from teamkit.gevent import ignore_broken_handshakes  # noqa: E402

bind = [f"127.0.0.1:{os.environ['API_PORT']}", f"127.0.0.1:{os.environ['INTERNAL_PORT']}"]
worker_class = "gevent"
certfile, keyfile = os.environ["TLS_CERT"], os.environ["TLS_KEY"]
control_socket_disable = True
worker_tmp_dir = "/tmp"
graceful_timeout = 10
accesslog = None
logconfig_dict = logs.GUNICORN


def on_starting(server):
    """The arbiter's own lines."""
    logs.configure("bakery-api")


def post_fork(server, worker):
    """Whoever waited too long for a busy worker has hung up when it comes to them."""
    ignore_broken_handshakes()


def post_worker_init(worker):
    """Open streams end with the process."""
    worker.wsgi.extensions["events"].end_on_sigterm()


def ssl_context(config, default_factory):
    """TLS 1.2 at least."""
    context = default_factory()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
