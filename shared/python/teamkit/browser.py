"""What users' browsers report: how pages feel, what fails in them, and what the content security policy stopped.

Anybody can send such reports. So labels come from fixed sets, texts are cut, and no query or password of an
address is ever written down.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit

import orjson
import structlog
from prometheus_client import Counter, Histogram
from pydantic import AfterValidator, BaseModel, Field

from teamkit.problems import Invalid

# The most that one report may hold, in bytes, and how many entries of it are counted.
MAX_BYTES = 16_384
MAX_ENTRIES = 20
_OTHER = "other"

# What counts as good and as poor is among the limits: https://web.dev/articles/defining-core-web-vitals-thresholds
VITALS = Histogram(
    "browser_web_vitals_seconds",
    "What users wait for: LCP, INP, FCP and TTFB of one page view.",
    ["service", "name", "page"],
    buckets=(0.05, 0.1, 0.2, 0.35, 0.5, 0.8, 1.2, 1.8, 2.5, 3, 4, 6, 10),
)
LAYOUT_SHIFT = Histogram(
    "browser_layout_shift",
    "How far a page jumped while it was read (CLS).",
    ["service", "page"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1),
)
ERRORS = Counter("browser_errors_total", "Errors that nothing in the page caught.", ["service", "kind"])
VIOLATIONS = Counter(
    "browser_csp_violations_total", "What the content security policy stopped.", ["service", "directive"]
)

log = structlog.get_logger()


def _line(most: int) -> Callable[[str], str]:
    """Cuts a text, and makes one line of it."""
    return lambda text: "".join(sign if sign.isprintable() else " " for sign in text[:most])


def path_of(address: str) -> str:
    """Of an address its path alone."""
    try:
        return _line(200)(urlsplit(address).path)
    except ValueError:
        return ""


def place_of(address: str) -> str:
    """Of an address its scheme and host; what is none (`inline`, `eval`) as it is."""
    try:
        parts = urlsplit(address)
        return _line(100)(f"{parts.scheme}://{parts.hostname}" if parts.hostname else parts.scheme or parts.path)
    except ValueError:
        return ""


class Vital(BaseModel):
    """One measurement: milliseconds, but for CLS, which has no unit."""

    name: Literal["CLS", "FCP", "INP", "LCP", "TTFB"]
    value: Annotated[float, Field(ge=0, le=600_000, allow_inf_nan=False)]


class Vitals(BaseModel):
    """What was measured of one page view; `page` is the route's template, as in `/article/:slug`."""

    page: str
    vitals: Annotated[list[Vital], Field(max_length=MAX_ENTRIES)]


class BrowserError(BaseModel):
    """An error that nothing in the page caught, and where."""

    kind: Literal["error", "unhandledrejection", "vue", "react"]
    message: Annotated[str, AfterValidator(_line(300))]
    source: Annotated[str, AfterValidator(path_of)] = ""
    line: Annotated[int, Field(ge=0, le=10_000_000)] = 0


class Errors(BaseModel):
    """The errors of one page view; `page` as in `Vitals`."""

    page: str
    errors: Annotated[list[BrowserError], Field(max_length=MAX_ENTRIES)]


@dataclass(frozen=True)
class Violation:
    """One thing that the content security policy stopped."""

    directive: str
    blocked: str
    page: str
    source: str
    sample: str


# https://www.w3.org/TR/CSP3/#csp-directives
# fmt: off
_DIRECTIVES = frozenset({
    "base-uri", "child-src", "connect-src", "default-src", "font-src", "form-action", "frame-ancestors", "frame-src",
    "img-src", "manifest-src", "media-src", "object-src", "script-src", "script-src-attr", "script-src-elem",
    "style-src", "style-src-attr", "style-src-elem", "worker-src",
})
# fmt: on


def violations(body: bytes) -> list[Violation]:
    """What a browser sends to a policy's `report-uri` or `report-to`. Raises Invalid for anything else."""
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Invalid(errors={"body": ["is not valid JSON"]}) from None
    if isinstance(content, dict) and isinstance(content.get("csp-report"), dict):
        return [_violation(content["csp-report"])]
    if isinstance(content, list) and all(isinstance(report, dict) for report in content):
        bodies = [report.get("body") for report in content[:MAX_ENTRIES] if report.get("type") == "csp-violation"]
        return [_violation(found) for found in bodies if isinstance(found, dict)]
    raise Invalid(errors={"body": ["is not a report"]})


def _violation(report: Mapping[str, Any]) -> Violation:
    def text(*names: str) -> str:
        return next((value for name in names if isinstance(value := report.get(name), str)), "")

    directive = text("effectiveDirective", "effective-directive", "violated-directive").partition(" ")[0]
    return Violation(
        directive=directive if directive in _DIRECTIVES else _OTHER,
        blocked=place_of(text("blockedURL", "blocked-uri")),
        page=path_of(text("documentURL", "document-uri")),
        source=path_of(text("sourceFile", "source-file")),
        sample=_line(100)(text("sample", "script-sample")),
    )


def _choices(model: type[BaseModel], field: str) -> tuple[str, ...]:
    return get_args(model.model_fields[field].annotation)


class Reports:
    """Counts and logs the reports of one service's users."""

    def __init__(self, service: str, pages: Iterable[str]) -> None:
        """`pages` are the templates of the frontend's routes; what is reported of another is counted as `other`."""
        self._service = service
        self._pages = frozenset(pages)
        # All begin at 0: Prometheus cannot see the increase of a series that was not there before.
        for page in (*self._pages, _OTHER):
            LAYOUT_SHIFT.labels(service, page)
            for name in set(_choices(Vital, "name")) - {"CLS"}:
                VITALS.labels(service, name, page)
        for kind in _choices(BrowserError, "kind"):
            ERRORS.labels(service, kind)
        for directive in (*_DIRECTIVES, _OTHER):
            VIOLATIONS.labels(service, directive)

    def _page(self, page: str) -> str:
        return page if page in self._pages else _OTHER

    def vitals(self, report: Vitals) -> None:
        page = self._page(report.page)
        for vital in report.vitals:
            if vital.name == "CLS":
                LAYOUT_SHIFT.labels(self._service, page).observe(vital.value)
            else:
                VITALS.labels(self._service, vital.name, page).observe(vital.value / 1000)

    def errors(self, report: Errors) -> None:
        page = self._page(report.page)
        for error in report.errors:
            ERRORS.labels(self._service, error.kind).inc()
            log.warning("browser error", page=page, **error.model_dump())

    def violations(self, found: Iterable[Violation]) -> None:
        for violation in found:
            VIOLATIONS.labels(self._service, violation.directive).inc()
            log.warning("csp violation", **vars(violation))
