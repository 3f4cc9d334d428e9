"""One process that serves thousands of waiting streams; more of them are more containers."""

import ssl

from teamkit.logs import GUNICORN

# 8000: the public API. 9000: /metrics, which the edge does not know.
bind = ["0.0.0.0:8000", "0.0.0.0:9000"]
worker_class = "gevent"
workers = 1
worker_connections = 1000
# A reply that takes longer has already failed at the edge.
timeout = 30
# Longer than any request may take, shorter than Compose's stop_grace_period.
graceful_timeout = 20
keepalive = 65
worker_tmp_dir = "/tmp"
control_socket_disable = True

certfile = "/run/secrets/tls.crt"
keyfile = "/run/secrets/tls.key"
ca_certs = "/run/secrets/ca.crt"

# Our own access log knows the request id and the route.
accesslog = None
logconfig_dict = GUNICORN


def ssl_context(config, default_ssl_context_factory):
    context = default_ssl_context_factory()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def post_worker_init(worker):
    from blog.wsgi import app

    app.extensions["blog"].events.end_on_sigterm()
