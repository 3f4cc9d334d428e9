"""What gunicorn's gevent workers need besides."""

import ssl

import gevent


def ignore_broken_handshakes() -> None:
    """For `post_fork`: a handshake that breaks off is the client's business; gevent prints a stack trace for each."""
    hub = gevent.get_hub()
    hub.NOT_ERROR = (*hub.NOT_ERROR, ssl.SSLError, ConnectionError)
