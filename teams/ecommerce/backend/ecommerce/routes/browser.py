"""What users' browsers report."""

from django.http import HttpRequest
from ninja import Router

from ecommerce.pages import PAGES
from ecommerce.resources import shop
from ecommerce.routes.access import limit
from ecommerce.routes.possible import possible
from ecommerce.routes.replies import no_content
from teamkit.browser import MAX_BYTES, Errors, Reports, Vitals, violations
from teamkit.problems import named

router = Router(tags=["Browser"], by_alias=True)
reports = Reports(shop().settings.service, PAGES)


def _bound(request: HttpRequest) -> None:
    limit(request, "browser", "", lambda settings: settings.browser_reports_per_address_per_minute)
    if len(request.body) > MAX_BYTES:
        raise named(413, "Content Too Large")


@router.post("/browser/vitals", operation_id="ReportVitals", response=possible(204, None, 413, 429))
def vitals(request: HttpRequest, payload: Vitals):
    """How a page felt: Web Vitals in milliseconds, CLS without a unit"""
    _bound(request)
    reports.vitals(payload)
    return no_content()


@router.post("/browser/errors", operation_id="ReportErrors", response=possible(204, None, 413, 429))
def errors(request: HttpRequest, payload: Errors):
    """Errors that nothing in a page caught"""
    _bound(request)
    reports.errors(payload)
    return no_content()


@router.post("/browser/csp", operation_id="ReportViolations", response=possible(204, None, 413, 429))
def csp(request: HttpRequest):
    """What the content security policy stopped; browsers send this by themselves"""
    _bound(request)
    reports.violations(violations(request.body))
    return no_content()
