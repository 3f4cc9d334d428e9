"""One JSON object a line on stdout, whoever speaks: our code, gunicorn, Celery, SQLAlchemy, a warning."""

import contextvars
import functools
import json
import logging
import os
import re
import sys
import time
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any

import orjson
import structlog

_request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")
_service = "unnamed"

_SECRET_KEY = re.compile(r"password|passwd|token|secret|authorization|cookie|api_?key|jwt", re.IGNORECASE)
# Text can quote a URL with a password, or a token: in a traceback, in a driver's message.
_SECRET_TEXT = re.compile(
    r"(?<=://)[^\s/@]*:[^\s/@]*(?=@)|\beyJ[\w-]+\.[\w-]*\.[\w-]*"
    r"|(?i:(?<=bearer )|(?<=token ))[\w.~+/=-]{16,}"
)
REDACTED = "[redacted]"

# For gunicorn's `logconfig_dict`: its own handlers write plain text. Its access log is off: ours knows the route.
GUNICORN: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "root": {"level": "INFO", "handlers": []},
    "loggers": {
        name: {"level": level, "handlers": [], "propagate": True, "qualname": name}
        for name, level in (("gunicorn.error", "INFO"), ("gunicorn.access", "CRITICAL"))
    },
}


def configure(service: str, level: str = "INFO") -> None:
    """Send structlog and the standard library's logging to stdout as JSON, from now on."""
    global _service
    _service = service
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    structlog.configure(
        processors=[_line],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=_Stdout,
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    root.handlers[:] = [_StandardLibrary()]
    root.setLevel(number)
    logging.captureWarnings(True)
    sys.excepthook = _crashed


def bind_request_id(request_id: str) -> None:
    """Every line of this request, task or greenlet carries the id from here on."""
    _request_id.set(request_id)


def request_id() -> str:
    """The id of the request that is being served, or an empty string."""
    return _request_id.get()


def access(method: str, path: str, route: str, status: int, seconds: float, client: str) -> None:
    """The access log's line, past structlog's chain: it is written for every request."""
    write(
        {
            "ts": _now(),
            "level": "info",
            "event": "request",
            "service": _service,
            "request_id": _request_id.get(),
            "method": method,
            "path": path,
            "route": route,
            "status": status,
            "duration_ms": round(seconds * 1000, 2),
            "client": client,
        }
    )


def write(fields: Mapping[str, Any]) -> None:
    """One line, whole: a single write, so that two threads never mix theirs."""
    stream = sys.stdout.buffer
    stream.write(_json(fields))
    stream.flush()


def write_from_signal(event: str) -> None:
    """As `write`, where a handler may have interrupted `write` itself: a buffered stream refuses that."""
    os.write(1, _json(_fields("info", event, {})))


def _json(fields: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(fields, default=repr, option=_OPTIONS) + b"\n"
    except TypeError:  # half a surrogate pair, an integer past 64 bits
        return json.dumps(redact(fields), default=repr).encode() + b"\n"


_OPTIONS = orjson.OPT_NON_STR_KEYS


def _now() -> str:
    seconds = time.time()
    return f"{_second(int(seconds))}.{int(seconds % 1 * 1_000_000):06d}Z"


@functools.lru_cache(maxsize=2)
def _second(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))


@functools.lru_cache(maxsize=1024)
def _is_secret(key: str) -> bool:
    return bool(_SECRET_KEY.search(key))


def redact(value: Any, key: str = "") -> Any:
    """The same value with every secret in it, by name or by look, replaced."""
    if key and _is_secret(key):
        return REDACTED
    if isinstance(value, str):
        return _SECRET_TEXT.sub(REDACTED, value)
    if isinstance(value, Mapping):
        return {str(name): redact(item, str(name)) for name, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [redact(item) for item in value]
    return value


def reason(error: BaseException) -> str:
    """What an exception says, in one line without secrets."""
    lines = str(error).strip().splitlines()
    return str(redact(lines[0])) if lines else type(error).__name__


def _fields(level: str, event: str, extra: Mapping[str, Any], exception: Any = None) -> dict[str, Any]:
    fields = {
        "ts": _now(),
        "level": level,
        "event": redact(event),
        "service": _service,
        "request_id": _request_id.get(),
    }
    fields.update((name, redact(value, name)) for name, value in extra.items() if name not in fields)
    if exception:
        fields["exception"] = redact("".join(_format(exception)))
    return fields


def _format(exception: Any) -> list[str]:
    if exception is True:
        exception = sys.exc_info()
    if isinstance(exception, BaseException):
        return traceback.format_exception(exception)
    return traceback.format_exception(*exception)


def _line(logger: object, method: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    name = event.pop("event", "")
    exception = event.pop("exc_info", None)
    level = {"exception": "error", "warn": "warning"}.get(method, method)
    return {"fields": _fields(level, str(name), event, exception)}


class _Stdout:
    """Where structlog's chain ends."""

    def __init__(self, *names: object) -> None:
        pass

    def msg(self, fields: Mapping[str, Any]) -> None:
        write(fields)

    debug = info = warning = warn = error = critical = exception = fatal = log = msg


class _StandardLibrary(logging.Handler):
    """Puts a record of `logging` into the same shape."""

    # Celery puts the text of a task's arguments into `data`, where a secret has no name any more.
    _LEFT_OUT = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "data", "color_message"}

    def emit(self, record: logging.LogRecord) -> None:
        try:
            extra = {name: value for name, value in vars(record).items() if name not in self._LEFT_OUT}
            write(
                _fields(
                    record.levelname.lower(),
                    record.getMessage(),
                    {"logger": record.name, **extra},
                    record.exc_info,
                )
            )
        except Exception:
            self.handleError(record)


def _crashed(kind: type[BaseException], error: BaseException, trace: Any) -> None:
    write(_fields("critical", "the process ends with an error", {}, (kind, error, trace)))
